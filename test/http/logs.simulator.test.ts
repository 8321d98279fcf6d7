import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import {
  type Asked,
  type CallbackFunction,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { json, LEGACY_SECRET, OFFICE_SECRET, SECRET, settingsFor } from '../support/http/settings.ts';

/** As people make them: without seven digits in a row. */
const HEX_SECRET = '9fa8b7c6d5e4f3a2b1c0d9e8f7a6b5c4';

const post = (fields: object, headers: Record<string, string> = json): Asked => ({
  method: 'POST',
  url: '/callbacks',
  headers,
  body: JSON.stringify(fields),
});

describe('The log', () => {
  let simulator: Simulator;
  let lambda: CallbackFunction;
  beforeAll(async () => {
    simulator = await startSimulator();
    const { 'routes/default': route, ...others } = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    const mobile = { ...route, agents: '^[0-9]{4,11}$', channel: 'Local/{agent}@phones' };
    lambda = await openCallbackFunction({
      ...others,
      'routes/default': route,
      'routes/mobile': mobile,
      'keys/all': { secret: SECRET },
      'keys/hex': { secret: HEX_SECRET },
    });
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  const logged = async (asked: Asked): Promise<Record<string, unknown>[]> => {
    const lines = lambda.listen();
    await lambda.ask(asked);
    return lines
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };

  it('has one line for a callback, with its stages in milliseconds', async () => {
    const lines = await logged(post({ to: '84951234567', agent: '3200', metadata: { a: 'not for logs' } }));
    const [line, ...others] = lines.filter((each) => each['_aws'] === undefined);
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      level: 'INFO',
      message: 'callback',
      id: expect.stringMatching(/^cb_/),
      status: 'queued',
      route: 'default',
      pbx: 'main',
      agent: '3200',
      to: '+*********67',
      replayed: false,
      key: 'web',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const stages = Object.entries(line?.['milliseconds'] ?? {});
    expect(stages.map(([stage]) => stage).toSorted()).toEqual(['login', 'originate', 'settings', 'total']);
    for (const [, ms] of stages) expect(ms).toBeGreaterThanOrEqual(0);
  });

  it('has the key that ended a live call or sent digits to it', async () => {
    const order = post({ to: '84951234567', agent: '3200', wait: 'connected' });
    const [placed] = await logged(order);
    const url = `/callbacks/${placed?.['id']}`;
    const digits = { method: 'POST', url: `${url}/dtmf`, headers: json, body: '{"digits":"12"}' };
    const call = { level: 'INFO', id: placed?.['id'], to: '+*********67', key: 'web' };
    expect(await logged(digits)).toEqual([expect.objectContaining({ ...call, message: 'digits' })]);
    const end = { method: 'DELETE', url, headers: json };
    expect(await logged(end)).toEqual([expect.objectContaining({ ...call, message: 'ended' })]);
  });

  it('has one line for a refusal, with its code', async () => {
    const lines = await logged(post({ to: '112', agent: '3200' }));
    expect(lines.filter((each) => each['_aws'] === undefined)).toMatchObject([
      { level: 'WARN', message: 'refused', code: 'destination-not-allowed', httpStatus: 403 },
    ]);
  });

  it('has the cause that the caller does not receive when the PBX cannot be reached', async () => {
    lambda.store.put('pbx/main/url', 'http://127.0.0.1:1');
    const lines = await logged(post({ to: '84951234567', agent: '3200' }));
    lambda.store.put('pbx/main/url', simulator.url);
    expect(lines).toContainEqual(
      expect.objectContaining({
        code: 'pbx-unreachable',
        cause: expect.stringContaining('127.0.0.1:1 (ECONNREFUSED)'),
      }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ PbxError: 1 }));
  });

  it('has metrics that CloudWatch reads from its lines', async () => {
    const [placed] = (await logged(post({ to: '84951234567', agent: '3200' }))).filter(
      (each) => each['_aws'],
    );
    expect(placed).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Namespace: 'AsteriskCallback', Dimensions: [['service']] }] },
      service: 'asterisk-callback',
      Placed: 1,
      originateLatency: expect.any(Number),
      totalLatency: expect.any(Number),
    });
    const [refused] = (await logged(post({ to: '112', agent: '3200' }))).filter((each) => each['_aws']);
    expect(refused).toMatchObject({ code: 'destination-not-allowed', Refused: 1 });
  });

  it('has no secret, no body and no whole number after any request', async () => {
    const lines = lambda.listen();
    const number = '84951234567';
    const apart = '8-916-123-45-67';
    const link = `/callback?num=${number}&cid=3200`;
    const all = { ...json, authorization: `Bearer all.${SECRET}` };
    const asked: Asked[] = [
      post({ to: number, agent: '3200', variables: { [HEX_SECRET]: '' } }),
      { url: `${link}&hex.${HEX_SECRET}` },
      { url: `${link}&${apart}=body-11` },
      post({ to: number, agent: '3200', variables: { CRM_ID: 'body-1' }, metadata: { body: 'body-2' } }),
      post({ to: number, agent: '79161234567', route: 'mobile' }, all),
      post({ to: number, agent: '9161234567' }),
      post({ to: `+7${number}`, agent: '3200' }),
      post({ to: '89401234567', agent: '3200' }),
      post({ to: number, agent: '3200', callerId: number }),
      post({ to: number, agent: '3200', [number]: 'body-3', [`x${SECRET}`]: 'body-4' }),
      post({ to: number, agent: '3200', [HEX_SECRET]: 'body-8', [apart]: 'body-9' }),
      post({ to: number, agent: '3200', [`hex.${HEX_SECRET}`]: 'body-10' }),
      post({ to: number, agent: '3200', metadata: { [apart]: 1, [HEX_SECRET]: 1 } }),
      post({ to: number, agent: '3200', route: apart }),
      post({ to: number, agent: '3200', route: HEX_SECRET }),
      post({ to: number, agent: '3200', variables: { [HEX_SECRET]: '' } }),
      { url: `${link}&hex.${HEX_SECRET}` },
      { url: `${link}&${apart}=body-11` },
      post({ to: number, agent: '3200', variables: { [`A${number}`]: 'body-5' } }),
      post({ to: number, agent: '3200', route: number }),
      post({ to: number }, { ...json, authorization: `Bearer ${SECRET}` }),
      post({ to: number }, { ...json, authorization: `Bearer office.${OFFICE_SECRET}` }),
      post({ to: number }, { ...json, 'idempotency-key': `${SECRET} ` }),
      { ...post({}), body: `${number} body-6` },
      {
        ...post({}),
        body: `${number}=body-7`,
        headers: { ...json, 'content-type': 'application/x-www-form-urlencoded' },
      },
      { url: `${link}&token=legacy.${LEGACY_SECRET}` },
      { url: `${link}&token=web.${SECRET}` },
      { url: `${link}&token=${LEGACY_SECRET}&c=${number}` },
      { url: `${link}&c=${number}&token=legacy.${LEGACY_SECRET}` },
      { url: `${link}&key=web&exp=4102444800&sig=${SECRET}` },
      { url: `/callbacks/${number}` },
      { url: `${link}&route=%zz${number}` },
    ];
    for (const each of asked) for (let times = 0; times < 10; times++) await lambda.ask(each);
    const text = lines.join('');
    expect(lines.length).toBeGreaterThan(asked.length * 10);
    for (const secret of [SECRET, LEGACY_SECRET, OFFICE_SECRET, HEX_SECRET, DEFAULTS.users[0].secret])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(/body-\d/);
    const withoutIds = text.replace(/"(id|requestId|timestamp|Timestamp)":("[^"]*"|\d+)/g, '');
    expect(withoutIds.match(/\d{7,}/g)).toBeNull();
    expect(withoutIds).not.toMatch(/916.?123/);
  });
});
