import { randomBytes } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { channelIdOf } from '../../lib/asterisk/channel-id.ts';
import { SessionPool } from '../../lib/asterisk/session-pool.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { queueCallback } from '../../lib/calls/queue-callback.ts';
import { openRunner } from '../../lib/queue/open-runner.ts';
import { failureOf, type RetryableResult } from '../../lib/queue/retry-policy.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { describeOnAsterisk, type Packet, watchEvents } from '../support/asterisk/index.ts';
import { technologyNamed } from '../support/calls/services.ts';
import { openMemoryStore } from '../support/store/memory-store.ts';

/** What makes a phone end so: the last two digits of its number. One only a Local channel can do. */
const RESULTS: [result: RetryableResult, digits: string, technology: 'PJSIP' | 'Local'][] = [
  ['busy', '01', 'PJSIP'],
  ['no-answer', '06', 'PJSIP'],
  ['congestion', '05', 'PJSIP'],
  ['unreachable', '04', 'PJSIP'],
  ['rejected', '02', 'PJSIP'],
  ['other', '16', 'Local'],
];

/** What the first CDR of an attempt says. The versions of Asterisk choose different words. */
const DISPOSITIONS: Partial<Record<RetryableResult, string[]>> = {
  busy: ['BUSY'],
  congestion: ['CONGESTION'],
};
const OTHER_DISPOSITIONS = ['NO ANSWER', 'FAILED'];
const PARTIES = ['agent', 'customer'] as const;
const ORDERS = ['agent', 'customer'] as const;
const DELAYS = [5, 7];
const EVERY_RESULT = Object.fromEntries(RESULTS.map(([result]) => [result, [5]]));

type Policy = 'delays for the result' | 'delays for other results only' | 'delays for the other party only';

interface Row {
  title: string;
  route: string;
  request: { agent: string; to: string };
  settings: object;
  party: (typeof PARTIES)[number];
  result: RetryableResult;
  /** Whether the first phone answers. */
  firstAnswers: boolean;
  attempts: number;
}

function rowOf(
  [result, digits, name]: (typeof RESULTS)[number],
  { party, first, policy }: { party: Row['party']; first: Row['party']; policy: Policy },
): Row {
  const technology = technologyNamed(name);
  const { [result]: _, ...others } = EVERY_RESULT;
  const own = policy === 'delays for the result' ? { [result]: DELAYS } : others;
  const isOwn = policy !== 'delays for the other party only';
  const retried = isOwn ? party : party === 'agent' ? 'customer' : 'agent';
  const delays = isOwn ? own : EVERY_RESULT;
  return {
    title: `${first} first, ${party} ${result}, ${policy}`,
    route: `r${randomBytes(6).toString('hex')}`,
    request: {
      agent: party === 'agent' ? `32${digits}` : '3200',
      to: party === 'customer' ? `+749512345${digits}` : '+74951234500',
    },
    settings: {
      ...{ first, agents: '^32[0-9]{2}$', to: { country: 'RU', allow: ['+7'], dialAs: '{digits}' } },
      ...(first === 'agent'
        ? { channel: technology.agent, context: technology.customers }
        : { channel: technology.customer, context: technology.agents }),
      ...{ timeoutSeconds: 5, set: { DIAL_SECONDS: '4' }, line: 'retries' },
      retry: { [retried]: { attempts: 3, delays } },
    },
    ...{ party, result, firstAnswers: party !== first },
    attempts: policy === 'delays for the result' ? 3 : 1,
  };
}

const POLICIES: Policy[] = [
  'delays for the result',
  'delays for other results only',
  'delays for the other party only',
];
const ROWS = RESULTS.flatMap((result) =>
  PARTIES.flatMap((party) =>
    ORDERS.flatMap((first) => POLICIES.map((policy) => rowOf(result, { party, first, policy }))),
  ),
);

describeOnAsterisk('The retries of a line', (pbx) => {
  const { username, secret } = pbx.users.control;
  const settings = parseSettings({
    'pbx/main/url': pbx.httpUrl,
    'pbx/main/username': username,
    'pbx/main/secret': secret,
    'lines/retries': { capacity: 100, perAgent: false, oneOpenPerNumber: false, startsPerSecond: 20 },
    ...Object.fromEntries(ROWS.map((row) => [`routes/${row.route}`, row.settings])),
  });
  const read = async () => settings;
  const sessions = new SessionPool();
  const services = { settings: { get: read, refresh: read }, sessions, store: openMemoryStore() };
  afterAll(() => sessions.close());

  it('follow the policy for each result of each party, and the records and the CDR agree', {
    timeout: 180_000,
  }, async () => {
    await using watcher = await watchEvents(pbx);
    const ids = new Map<Row, string>();
    for (const row of ROWS) {
      const parsed = parseCallbackRequest({ ...row.request, route: row.route });
      const route = settings.routes[row.route];
      if (!parsed.ok || !route) throw new Error(`the row "${row.title}" is wrong`);
      const options = { id: newCallbackId(), principal: 'keys/test', deadline: Deadline.in(60_000) };
      await queueCallback(services, parsed.request, { ...options, settings, route, line: 'retries' });
      ids.set(row, options.id);
    }
    const runner = await openRunner(services, 'retries');
    expect(await runner.run()).toBe('idle');

    // No attempt more than the records say.
    const count = ROWS.reduce((sum, { attempts }) => sum + attempts, 0);
    const rung = watcher
      .events()
      .filter(
        ({ Event, Uniqueid = '', Linkedid }) =>
          Event === 'Newchannel' && Uniqueid.startsWith('cb_') && Uniqueid === Linkedid,
      );
    expect(rung).toHaveLength(count);
    const store = await services.store();
    for (const [row, id] of ids) {
      const record = await store.readCallback(id);
      const attempts = record?.attempts ?? [];
      expect(attempts.map(failureOf), row.title).toEqual(
        Array.from({ length: row.attempts }, () => ({ party: row.party, result: row.result })),
      );
      expect(record?.callback.status, row.title).toBe(attempts.at(-1)?.status);
      for (const [index, { startedAt }] of attempts.slice(1).entries()) {
        const waited = (startedAt - (attempts[index]?.endedAt ?? 0)) / 1000;
        expect(waited, row.title).toBeGreaterThanOrEqual(DELAYS[index] ?? 0);
        expect(waited, row.title).toBeLessThan((DELAYS[index] ?? 0) + 10);
      }
      for (const { number, startedAt, endedAt = 0 } of attempts) {
        const channelId = channelIdOf(id, number);
        const cdr = await watcher.waitFor((event) => isCdr(event) && event['UniqueID'] === channelId);
        expect(DISPOSITIONS[row.result] ?? OTHER_DISPOSITIONS, row.title).toContain(cdr['Disposition']);
        expect(cdr['AnswerTime'] !== '', row.title).toBe(row.firstAnswers);
        // The CDR has whole seconds.
        expect(Math.abs(timeOf(cdr['StartTime']) - startedAt), row.title).toBeLessThan(3_000);
        expect(Math.abs(timeOf(cdr['EndTime']) - endedAt), row.title).toBeLessThan(4_000);
      }
    }
  });

  it('use no attempt while the AMI user may not send an Originate, and the callback expires', async () => {
    const limited = parseSettings({
      'pbx/main/url': pbx.httpUrl,
      'pbx/main/username': pbx.users.readonly.username,
      'pbx/main/secret': pbx.users.readonly.secret,
      'lines/retries': { capacity: 1 },
      'routes/default': {
        channel: 'PJSIP/{agent}',
        context: 'callbacks',
        to: { allow: ['+7'] },
        line: 'retries',
      },
    });
    const pool = new SessionPool();
    const own = {
      settings: { get: async () => limited, refresh: async () => limited },
      sessions: pool,
      store: openMemoryStore(),
    };
    const expiresAt = new Date(Date.now() + 7_000).toISOString();
    const parsed = parseCallbackRequest({ to: '+74951234500', agent: '3200', expiresAt });
    const route = limited.routes['default'];
    if (!parsed.ok || !route) throw new Error('the request is wrong');
    const options = { id: newCallbackId(), principal: 'keys/test', deadline: Deadline.in(60_000) };
    await queueCallback(own, parsed.request, { ...options, settings: limited, route, line: 'retries' });
    const runner = await openRunner(own, 'retries');
    expect(await runner.run()).toBe('idle');
    const record = await (await own.store()).readCallback(options.id);
    expect(record).toMatchObject({ callback: { status: 'expired' }, attempts: [] });
    await pool.close();
  }, 60_000);
});

/** Such as 2026-11-29 03:53:41, in UTC. */
const timeOf = (text = ''): number => Date.parse(`${text.replace(' ', 'T')}Z`);

const isCdr = ({ Event }: Packet): boolean => Event === 'Cdr';
