/**
 * Records what real Asterisks tell of calls, as fixtures: `node test/outcome/record.ts [version…]`, as root.
 * Writes recordings/<version>.jsonl; look at the difference before you keep it.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificates } from '../asterisk/certificates.ts';
import { startPbx } from '../asterisk/pbx.ts';
import { type AsteriskVersion, versions } from '../asterisk/types.ts';
import { type Packet, type Watcher, watchEvents } from '../asterisk/watch-events.ts';
import { eventsOfCall, isNoise, lineOf, type Scenario, scenarios } from './scenarios.ts';

/** Longer than any call of the scenarios; stragglers belong to the recording. */
const LONGEST_CALL_MS = 8000;

const wanted = versions.filter((version) => process.argv.length <= 2 || process.argv.includes(version));
for (const version of wanted) await record(version);

async function record(version: AsteriskVersion): Promise<void> {
  const { pbx, stop } = await startPbx(version, await makeCertificates());
  try {
    await using watcher = await watchEvents(pbx);
    // Asterisk takes an id that another one begins with for the same: hence the mark at the end.
    const ids = Object.entries(scenarios).flatMap(([name, scenario]) =>
      (scenario.only ?? version) === version ? [{ name, scenario, id: `cb_${version}_${name}_` }] : [],
    );
    await Promise.all(ids.map(({ id, scenario }) => play(watcher, id, scenario)));
    await sleep(LONGEST_CALL_MS);
    const lines = ids.flatMap(({ name, id }) =>
      eventsOfCall(watcher.events(), id).flatMap((event) => (isNoise(event) ? [] : lineOf(name, id, event))),
    );
    await writeFile(new URL(`recordings/${version}.jsonl`, import.meta.url), `${lines.join('\n')}\n`);
  } finally {
    await stop();
  }
}

async function play(watcher: Watcher, id: string, scenario: Scenario): Promise<void> {
  const { channel, context, exten, timeoutMs = 10_000, hangUp, redirect, variables } = scenario;
  const originate: Packet = {
    ...{ Action: 'Originate', Async: 'true', ChannelId: id, Channel: channel, Timeout: String(timeoutMs) },
    ...{ Context: context, Exten: exten, Priority: '1', ...(variables && { Variable: variables }) },
  };
  await originateAs(watcher, id, originate);
  if (id.endsWith('id-in-use_')) {
    await sleep(300);
    await originateAs(watcher, id, originate);
  }
  if (redirect) {
    await sleep(redirect.afterMs);
    const target = { Context: redirect.context, Exten: '1', Priority: '1' };
    await watcher.action({ Action: 'Redirect', Channel: lastDialled(watcher, id), ...target });
  }
  if (!hangUp) return;
  await sleep(hangUp.afterMs);
  const cause: Packet = hangUp.cause === undefined ? {} : { Cause: String(hangUp.cause) };
  await watcher.action({ Action: 'Hangup', Channel: liveChannel(watcher, id), ...cause });
}

/** The events carry the ActionID that the order had; the watcher waits by it for its response too. */
function originateAs(watcher: Watcher, id: string, originate: Packet): Promise<Packet> {
  return watcher.action({ ...originate, ActionID: id });
}

/** The call's first channel that still lives: it may have been optimised away. */
function liveChannel(watcher: Watcher, id: string): string {
  const events = eventsOfCall(watcher.events(), id);
  const gone = new Set(
    events.filter((event) => event['Event'] === 'Hangup').map((event) => event['Uniqueid']),
  );
  const born = events.filter((event) => event['Event'] === 'Newchannel').map((event) => event['Uniqueid']);
  return born.find((uniqueid) => !gone.has(uniqueid)) ?? id;
}

function lastDialled(watcher: Watcher, id: string): string {
  const dialled = eventsOfCall(watcher.events(), id).filter((event) => event['Event'] === 'DialBegin');
  return dialled.at(-1)?.['DestUniqueid'] ?? id;
}
