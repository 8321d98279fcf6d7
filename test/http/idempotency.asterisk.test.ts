import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { signLink } from '../../lib/auth/signed-link.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { describeOnAsterisk, type Packet, type Watcher, watchEvents } from '../support/asterisk/index.ts';
import {
  type Asked,
  type CallbackFunction,
  callbackFunctionOnSimulator,
  codeOf,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { allTold, markedChannel } from '../support/http/listening.ts';
import {
  bearer,
  ELSEWHERE_SECRET,
  json,
  LEGACY_SECRET,
  SECRET,
  settingsFor,
} from '../support/http/settings.ts';

const ORDER = { to: '84951234500', agent: '3206' };
const keyed = (key: string, fields: object = ORDER, headers: Record<string, string> = {}): Asked => ({
  method: 'POST',
  url: '/callbacks',
  headers: { ...json, 'idempotency-key': key, ...headers },
  body: JSON.stringify(fields),
});

/**
 * The ids of the channels that were made. Of two orders that race, Asterisk 22 now and then tells the channel of the one
 * that wins twice; another channel would have another name.
 */
function channelsIn(watcher: Watcher, isOurs: (event: Packet) => boolean): (string | undefined)[] {
  const made = watcher.events().filter((event) => event['Event'] === 'Newchannel' && isOurs(event));
  return [...new Map(made.map(({ Channel, Uniqueid }) => [Channel, Uniqueid])).values()];
}

describeOnAsterisk('Twenty requests at once with one Idempotency-Key', (pbx) => {
  it('ring one phone once, in one process and in two', async () => {
    await using watcher = await watchEvents(pbx);
    const { channel, isOurs } = markedChannel('06');
    await using lambda = await openCallbackFunction(
      settingsFor({ url: pbx.httpUrl, ...pbx.users.callback }, channel),
    );
    const other = await lambda.another();
    const key = `twenty-${pbx.version}`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? lambda : other).ask(keyed(key))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const [id, ...others] = new Set(answers.map(({ body }) => body['id']));
    expect(others).toEqual([]);

    await watcher.waitFor(({ Event, Uniqueid }) => Event === 'Newchannel' && Uniqueid === id);
    await watcher.action({ Action: 'Hangup', Channel: String(id) });
    await watcher.waitFor(({ Event, Uniqueid }) => Event === 'Hangup' && Uniqueid === id);
    await watcher.waitFor((event) => event['ActionID'] === id);
    expect(watcher.events().filter((event) => event['ActionID'] === id)).toHaveLength(1);
    expect(channelsIn(watcher, isOurs)).toEqual([id]);
  });
});

describeOnAsterisk('A repeat that reaches another process', (pbx) => {
  const settings = { url: pbx.httpUrl, ...pbx.users.callback };
  const hangUp = async (id: unknown): Promise<void> => {
    await using watcher = await watchEvents(pbx);
    await watcher.action({ Action: 'Hangup', Channel: String(id) });
  };

  it.each([{}, { wait: 'answered', waitSeconds: 2 }])(
    'rings nobody and has Idempotent-Replayed: %j',
    async (more) => {
      const { channel } = markedChannel('06');
      await using lambda = await openCallbackFunction(settingsFor(settings, channel));
      const key = `repeat-${pbx.version}-${JSON.stringify(more)}`;
      const first = await lambda.ask(keyed(key, { ...ORDER, ...more }));
      expect(first.headers['idempotent-replayed']).toBeUndefined();
      const repeat = await (await lambda.another()).ask(keyed(key, { ...ORDER, ...more }));
      expect(repeat).toMatchObject({
        status: 201,
        body: { id: first.body['id'], status: first.body['status'] },
        headers: { 'idempotent-replayed': 'true' },
      });
      await hangUp(first.body['id']);
    },
  );

  it('returns the current status when the AMI user may read it', async () => {
    const { channel } = markedChannel('06');
    await using lambda = await openCallbackFunction(
      settingsFor({ ...settings, ...pbx.users.control }, channel),
    );
    const key = `far-${pbx.version}`;
    const first = await lambda.ask(keyed(key));
    const repeat = await (await lambda.another()).ask(keyed(key));
    expect(repeat).toMatchObject({
      body: { id: first.body['id'], status: 'ringing' },
      headers: { 'idempotent-replayed': 'true' },
    });
    await hangUp(first.body['id']);
  });

  it('is not reported for a first request whose phone cannot be reached', async () => {
    await using lambda = await openCallbackFunction(settingsFor(settings, 'PJSIP/nobody-{agent}'));
    const answer = await lambda.ask(keyed(`nobody-${pbx.version}`));
    expect(answer).toMatchObject({ status: 201, body: { status: 'queued' } });
    expect(answer.headers['idempotent-replayed']).toBeUndefined();
  });
});

describe('An Idempotency-Key', () => {
  const { lambda, simulator } = callbackFunctionOnSimulator();

  it('makes a repeat return the same callback with Idempotent-Replayed', async () => {
    const first = await lambda().ask(keyed('a'));
    const repeat = await lambda().ask(keyed('a', { agent: '3206', to: '84951234500' }));
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(repeat).toMatchObject({
      status: 201,
      body: { id: first.body['id'], createdAt: first.body['createdAt'] },
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(repeat.headers['location']).toBe(first.headers['location']);
    expect(simulator().calls.filter(({ channelId }) => channelId === first.body['id'])).toHaveLength(1);
  });

  it('is recognised when the same request comes as a form and as JSON', async () => {
    const first = await lambda().ask(keyed('form'));
    const form = { ...keyed('form'), body: 'agent=3206&to=84951234500' };
    const headers = { ...form.headers, 'content-type': 'application/x-www-form-urlencoded' };
    const repeat = await lambda().ask({ ...form, headers });
    expect(repeat).toMatchObject({
      body: { id: first.body['id'] },
      headers: { 'idempotent-replayed': 'true' },
    });
  });

  it.each<[string, object]>([
    ['number', { ...ORDER, to: '84951234501' }],
    ['agent', { ...ORDER, agent: '3207' }],
    ['metadata', { ...ORDER, metadata: { a: 'b' } }],
    ['wait', { ...ORDER, wait: 'answered', waitSeconds: 1 }],
  ])('with another %s is a conflict', async (field, fields) => {
    await lambda().ask(keyed(`conflict-${field}`));
    const calls = simulator().calls.length;
    const answer = await lambda().ask(keyed(`conflict-${field}`, fields));
    expect({ code: codeOf(answer), status: answer.status }).toEqual({
      code: 'idempotency-key-reused',
      status: 409,
    });
    expect(simulator().calls).toHaveLength(calls);
  });

  it('belongs to the API key that sent it: another API key places another call', async () => {
    const mine = await lambda().ask(keyed('mine'));
    const theirs = await lambda().ask(
      keyed('mine', ORDER, { authorization: `Bearer legacy.${LEGACY_SECRET}` }),
    );
    expect(theirs.status).toBe(201);
    expect(theirs.body['id']).not.toBe(mine.body['id']);
    expect(theirs.headers['idempotent-replayed']).toBeUndefined();
  });

  it('does not show a callback to a key that may not use its route', async () => {
    await lambda().ask(keyed('routes'));
    const answer = await lambda().ask(
      keyed('routes', ORDER, { authorization: `Bearer elsewhere.${ELSEWHERE_SECRET}` }),
    );
    expect(codeOf(answer)).toBe('route-not-allowed');
  });

  it('works on links', async () => {
    const link = {
      url: `/callback?num=84951234500&cid=3206&token=legacy.${LEGACY_SECRET}`,
      headers: { 'idempotency-key': 'link' },
    };
    const [first, repeat] = [await lambda().ask(link), await lambda().ask(link)];
    expect(repeat).toMatchObject({
      body: { id: first.body['id'] },
      headers: { 'idempotent-replayed': 'true' },
    });
  });

  it('may be used again after a refusal, because nothing rang', async () => {
    const refused = await lambda().ask(keyed('refused', { ...ORDER, to: '89401234567' }));
    expect(codeOf(refused)).toBe('destination-not-allowed');
    const answer = await lambda().ask(keyed('refused'));
    expect(answer.status).toBe(201);
    expect(answer.headers['idempotent-replayed']).toBeUndefined();
  });

  it('stays taken when the reply to the Originate was lost, so that nothing is sent again', async () => {
    simulator().faults.add({ when: 'Originate', fault: { kind: 'drop before executing' } });
    expect(codeOf(await lambda().ask(keyed('lost')))).toBe('outcome-unknown');
    const before = simulator().requests.length;
    expect(codeOf(await lambda().ask(keyed('lost')))).toBe('outcome-unknown');
    expect(
      simulator()
        .requests.slice(before)
        .filter(({ action }) => action === 'Originate'),
    ).toEqual([]);
  });
});

describeOnAsterisk('A link that is opened twenty times at once', (pbx) => {
  it('rings one phone once, in one process and in two', async () => {
    await using watcher = await watchEvents(pbx);
    const { channel, isOurs } = markedChannel('06');
    await using lambda = await openCallbackFunction(
      settingsFor({ url: pbx.httpUrl, ...pbx.users.callback }, channel),
    );
    const other = await lambda.another();
    const link = { url: `/callback?num=84951234500&cid=3206&token=legacy.${LEGACY_SECRET}` };
    const first = await lambda.ask(link);
    const [repeat, elsewhere] = [await lambda.ask(link), await other.ask(link)];
    const same = { status: 201, body: { id: first.body['id'] } };
    expect(repeat).toMatchObject({ ...same, headers: { 'idempotent-replayed': 'true' } });
    expect(elsewhere).toMatchObject(same);
    await allTold(watcher);
    expect(channelsIn(watcher, isOurs)).toEqual([first.body['id']]);
    await watcher.action({ Action: 'Hangup', Channel: String(first.body['id']) });
  });
});

describe('A link without an Idempotency-Key', () => {
  const now = Math.floor(Date.now() / 1000);
  const signed = (expiresAt: number, to = '84951234500'): Asked => {
    const query: [string, string][] = [
      ['num', to],
      ['cid', '3206'],
    ];
    const link = { method: 'GET', path: '/callback', query, keyId: 'web', secret: SECRET, expiresAt };
    return { url: `/callback?${signLink(link)}` };
  };
  const legacy = (query: string): Asked => ({ url: `/callback?${query}&token=legacy.${LEGACY_SECRET}` });
  const CLASSIC = 'num=84951234500&cid=3206';

  let simulator: Simulator;
  let lambda: CallbackFunction;
  beforeAll(async () => {
    simulator = await startSimulator({ timeScale: 0.01 });
    lambda = await openCallbackFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  const dialledBy = async (...links: Asked[]): Promise<number> => {
    const before = simulator.calls.length;
    const answers = await Promise.all(links.map((link) => lambda.ask(link)));
    expect(answers.map(({ status }) => status)).toEqual(links.map(() => 201));
    return simulator.calls.length - before;
  };

  it.each<[string, Asked, Asked]>([
    ['signed', signed(now + 600), signed(now + 600)],
    ['signed, its query in another order', signed(now + 610), reversed(signed(now + 610))],
    [
      'signed, with keys that its holder made up',
      { ...signed(now + 640), headers: { 'idempotency-key': 'one' } },
      { ...signed(now + 640), headers: { 'idempotency-key': 'two' } },
    ],
    ['with a token', legacy(CLASSIC), legacy('cid=3206&num=84951234500')],
    [
      'with a bearer key',
      { url: `/callback?${CLASSIC}`, headers: bearer },
      { url: `/v1/callback?${CLASSIC}`, headers: bearer },
    ],
  ])('dials once when it is opened twice: %s', async (_, link, again) => {
    expect(await dialledBy(link, again)).toBe(1);
  });

  it.each<[string, Asked, Asked]>([
    ['another number', legacy('num=84951234501&cid=3206'), legacy('num=84951234502&cid=3206')],
    [
      'another key',
      { url: '/callback?num=84951234503&cid=3206', headers: bearer },
      legacy('num=84951234503&cid=3206'),
    ],
    ['a link that was signed anew', signed(now + 620), signed(now + 621)],
    [
      'keys of their own',
      { ...legacy('num=84951234504&cid=3206'), headers: { 'idempotency-key': 'one' } },
      { ...legacy('num=84951234504&cid=3206'), headers: { 'idempotency-key': 'two' } },
    ],
  ])('dials twice with %s', async (_, link, other) => {
    expect(await dialledBy(link, other)).toBe(2);
  });

  it('places another call after 15 seconds when the first one is over', async () => {
    const link = legacy('num=84951234505&cid=3206&wait=completed');
    const [first] = [await lambda.ask(link), await lambda.ask(link)];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 9_000 });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    expect((await lambda.ask(link)).headers['idempotent-replayed']).toBe('true');
    vi.setSystemTime(Date.now() + 7000);
    const another = await lambda.ask(link);
    expect(another.headers['idempotent-replayed']).toBeUndefined();
    expect(another.body['id']).not.toBe(first?.body['id']);
  });
});

function reversed({ url = '' }: Asked): Asked {
  const [path, query = ''] = url.split('?');
  return { url: `${path}?${query.split('&').toReversed().join('&')}` };
}
