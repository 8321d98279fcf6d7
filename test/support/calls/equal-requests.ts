import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Services } from '../../../lib/calls/services.ts';
import { CallbackError } from '../../../lib/problems/callback-error.ts';
import type { Pbx } from '../asterisk/index.ts';
import type { FaultKind } from '../fault-proxy/fault.ts';
import { type FaultProxy, startFaultProxy } from '../fault-proxy/index.ts';
import { openMemoryStore } from '../store/memory-store.ts';
import { dialOnce, servicesFor, technologyNamed } from './services.ts';

/** The phone hangs up half a second after the customer answered: repeats find its channel at once. */
const REQUEST = { to: '+74951234500', agent: '3207', route: 'agent-first' };
const AT_ONCE = 4;
/** A proxy keeps what it has seen. After so many rounds there is a new one. */
const ROUNDS_OF_A_PROXY = 100;
/** In one of so many rounds, a connection breaks while the Originate or its reply is on its way. */
const ROUNDS_OF_A_FAULT = 25;
/** A lost reply takes seconds: later rounds do without. */
const ROUNDS_WITH_FAULTS = 500;

/**
 * Sends rounds of four equal requests at once from two clients that share a store, to a real Asterisk behind a proxy that
 * counts. Each round is one callback, and Asterisk never receives a ChannelId twice.
 */
export async function checkEqualRequests(pbx: Pbx, rounds: number): Promise<void> {
  const channelIds = new Set<string>();
  for (let done = 0; done < rounds; done += ROUNDS_OF_A_PROXY) {
    const proxied = await sendRounds(
      pbx,
      Math.min(ROUNDS_OF_A_PROXY, rounds - done),
      done < ROUNDS_WITH_FAULTS,
    );
    for (const id of proxied) {
      expect(channelIds).not.toContain(id);
      channelIds.add(id);
    }
  }
  expect(channelIds.size).toBe(rounds);
}

/** Returns the ChannelIds that the proxy saw. */
async function sendRounds(pbx: Pbx, rounds: number, hasFaults: boolean): Promise<string[]> {
  await using proxy = await startFaultProxy({ target: pbx.httpUrl });
  const store = openMemoryStore();
  const clients = [0, 1].map(() =>
    servicesFor({ httpUrl: proxy.url }, pbx.users.control, technologyNamed('Local'), {}, store),
  );
  for (let round = 1; round <= rounds; round += 1) {
    const isCut = hasFaults && round % ROUNDS_OF_A_FAULT === 0;
    if (isCut) cutNextOriginate(proxy, round);
    const key = randomUUID();
    const ids = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => idOf(clients[index % clients.length], key, isCut)),
    );
    expect([round, new Set(ids).size]).toEqual([round, 1]);
    // A later repeat sends nothing either.
    expect(await idOf(clients[0], key, isCut)).toBe(ids[0]);
    expect([round, originatesIn(proxy).at(-1)]).toEqual([round, ids[0]]);
  }
  await Promise.all(clients.map((client) => client.sessions.close()));
  return originatesIn(proxy);
}

/** Returns the id of the callback that the request made or repeats. */
async function idOf(client: Services | undefined, key: string, isCut: boolean): Promise<string | undefined> {
  if (!client) throw new Error('there is no such client');
  try {
    return (await dialOnce(client, REQUEST, key)).callback.id;
  } catch (error) {
    if (isCut && error instanceof CallbackError && error.code === 'outcome-unknown')
      return error.callback?.id;
    throw error;
  }
}

function cutNextOriginate(proxy: FaultProxy, round: number): void {
  const places = [
    { direction: 'request', at: 0.5 },
    { direction: 'request', at: 1 },
    { direction: 'reply', at: 0 },
    { direction: 'reply', at: 0.5 },
  ] as const;
  const place = places[(round / ROUNDS_OF_A_FAULT) % places.length] ?? places[0];
  const kind: FaultKind = round % (2 * ROUNDS_OF_A_FAULT) === 0 ? 'reset' : 'cut';
  proxy.faults.push({ kind, action: 'Originate', nth: originatesIn(proxy).length + 1, ...place });
}

const originatesIn = ({ exchanges }: FaultProxy): string[] =>
  exchanges
    .filter(({ action }) => action === 'Originate')
    .map(({ request }) => {
      const form = new URLSearchParams(request.toString().split('\r\n\r\n')[1]);
      return form.get('ChannelId') ?? '';
    });
