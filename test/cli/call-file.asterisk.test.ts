import { randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SessionPool } from '../../lib/asterisk/session-pool.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { queueCallback } from '../../lib/calls/queue-callback.ts';
import type { Services } from '../../lib/calls/services.ts';
import { openRunner } from '../../lib/queue/open-runner.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { describeOnAsterisk, watchEvents } from '../support/asterisk/index.ts';
import { dial } from '../support/calls/services.ts';
import { CallTrace } from '../support/cli/call-trace.ts';
import { runTool } from '../support/cli/run-tool.ts';
import { openMemoryStore } from '../support/store/memory-store.ts';

interface CallFileCase {
  text: string;
  attempts?: number;
  variables?: string[];
  /** How many seconds ahead the time of the file is. */
  ahead?: number;
}

/** The last two digits say what a phone does: 01 is busy, 06 only rings, 07 answers and hangs up. */
const CASES: Record<string, CallFileCase> = {
  'a click in a CRM: the agent, then the customer': {
    text: 'Channel: PJSIP/3207\nMaxRetries: 0\nWaitTime: 20\nContext: callbacks\nExtension: 74951234507\nPriority: 1\n',
  },
  'an extension behind a Local channel, as FreePBX writes it': {
    text: 'Channel: Local/3207@phones/n\nContext: local\nExtension: +74951234507\nPriority: 1\nArchive: yes\n',
  },
  'a dialler: the customer over a trunk, then the agent': {
    text: 'Channel: PJSIP/74951234507@customers\nContext: agents\nExtension: 3200\nPriority: 1\nAlwaysDelete: Yes\n',
  },
  'a wake-up call: a phone inside, then an announcement': {
    text: 'Channel: Local/3207@phones/n\nContext: reminder\nExtension: s\n',
  },
  'a reminder that skips the greeting': {
    text: 'Channel: PJSIP/74951234507@customers\nContext: reminder\nExtension: s\nPriority: 2\n',
  },
  'a fax of a script, with comments, blanks and small letters': {
    text: '; made by a script\nchannel:   PJSIP/3207   ; the desk\n\n# who is called\ncontext: callbacks\nextension:74951234507\nsetvar: CRM_ID=17\nSet: __TENANT=acme\nSetvar: NOTE=one\\;two (three), four\n',
    variables: ['CRM_ID', '__TENANT', 'NOTE', 'TENANT', '_TENANT'],
  },
  'a caller id with a name': {
    text: 'Channel: PJSIP/3207\nCallerID: "Shop, Berlin" <74959876543>\nContext: callbacks\nExtension: 74951234507\n',
  },
  'a phone that nobody answers, once more after five seconds': {
    text: 'Channel: PJSIP/3206\nMaxRetries: 1\nRetryTime: 5\nWaitTime: 5\nContext: callbacks\nExtension: 74951234507\n',
    attempts: 2,
  },
  'a busy customer, twice more': {
    text: 'Channel: PJSIP/74951234501@customers\nMaxRetries: 2\nRetryTime: 5\nContext: agents\nExtension: 3200\n',
    attempts: 3,
  },
  'a call at a later time': {
    text: 'Channel: PJSIP/3207\nContext: callbacks\nExtension: 74951234507\n',
    ahead: 6,
  },
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-call-file-'));
});
afterAll(() => rm(dir, { recursive: true }));

describeOnAsterisk('npx asterisk-callback call-file', (pbx) => {
  const { username, secret } = pbx.users.control;

  /** Places what the command prints, with the settings that it prints. */
  async function placeTranslation(file: string): Promise<void> {
    const { status, stdout, output } = await runTool('call-file', [file]);
    expect(status, output).toBe(0);
    const request = JSON.parse(stdout);
    const needed = JSON.parse(output.slice(output.indexOf('{\n  "routes/')).replace(/^\}[\s\S]*/m, '}'));
    const settings = parseSettings({
      'pbx/main/url': pbx.httpUrl,
      'pbx/main/username': username,
      'pbx/main/secret': secret,
      ...needed,
    });
    const sessions = new SessionPool();
    const read = async () => settings;
    const services = { settings: { get: read, refresh: read }, sessions, store: openMemoryStore() };
    const route = settings.routes['call-file'];
    if (!route?.line) await dial(services, request);
    else await runLine(services, request, settings);
    await sessions.close();
  }

  async function runLine(services: Services, request: object, settings: Settings): Promise<void> {
    const { route, line } = { route: settings.routes['call-file'], line: 'call-file' };
    const parsed = parseCallbackRequest(request);
    if (!route || !parsed.ok) throw new Error('the settings or the request are wrong');
    const options = { id: newCallbackId(), principal: 'keys/test', deadline: Deadline.in(60_000) };
    await queueCallback(services, parsed.request, { ...options, settings, route, line });
    const runner = await openRunner(services, line);
    expect(await runner.run()).toBe('idle');
  }

  /** Puts a file into the spool as programs must: complete, and with its time. */
  async function putIntoSpool(text: string, at: Date | undefined): Promise<void> {
    const draft = `${pbx.spool}/../${randomUUID()}.call`;
    await writeFile(draft, text);
    if (at) await utimes(draft, at, at);
    await rename(draft, join(pbx.spool, `${randomUUID()}.call`));
  }

  it.each(Object.entries(CASES))(
    'places the same call as the spool does for %s',
    { timeout: 120_000 },
    async (_, { text, attempts = 1, variables = [], ahead }) => {
      await using watcher = await watchEvents(pbx);

      const isCallback = (id: string) => id.startsWith('cb_');
      const bySpool = new CallTrace(watcher, (id) => !isCallback(id));
      const byRequest = new CallTrace(watcher, isCallback);
      const at = ahead === undefined ? undefined : new Date(Math.ceil(Date.now() / 1000 + ahead) * 1000);
      const file = join(dir, `${randomUUID()}.call`);
      await writeFile(file, text);
      if (at) await utimes(file, at, at);
      await Promise.all([putIntoSpool(text, at), placeTranslation(file)]);
      const [spooled, placed] = await Promise.all(
        [bySpool, byRequest].map((trace) => trace.attempts(attempts, variables)),
      );
      if (!spooled || !placed) throw new Error('a trace is missing');

      const namesCaller = /^callerid/im.test(text);
      const callOf = ({ channel, began, callerId, variables: set }: (typeof placed)[number]) => ({
        ...{ channel, began, variables: set },
        ...(namesCaller && { callerId }),
      });
      expect(placed.map(callOf)).toEqual(spooled.map(callOf));
      expect(placed).toHaveLength(attempts);
      for (const [index, { rangAt, endedAt }] of placed.entries()) {
        const [other, before] = [spooled[index], placed[index - 1]];
        const rang = (other?.endedAt ?? 0) - (other?.rangAt ?? 0);
        expect(Math.abs(endedAt - rangAt - rang)).toBeLessThan(3);
        // The spool looks once a second, and so does the runner.
        if (before) expect(rangAt - before.endedAt).toBeGreaterThanOrEqual(4.9);
        if (before) expect(rangAt - before.endedAt).toBeLessThan(10);
      }
      for (const [first] of [spooled, placed]) {
        if (at) expect(first?.rangAt).toBeGreaterThanOrEqual(at.getTime() / 1000);
        if (at) expect(first?.rangAt).toBeLessThan(at.getTime() / 1000 + 5);
      }
    },
  );
});
