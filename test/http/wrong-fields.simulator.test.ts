import { describe, expect, it } from 'vitest';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { maskNumbers } from '../../lib/shared/mask.ts';
import { type Asked, callbackFunctionOnSimulator } from '../support/http/callback-function.ts';
import { bearer, json } from '../support/http/settings.ts';

const UNKNOWN =
  'is not known; known are to, agent, route, callerId, variables, timeoutSeconds, dtmf, wait, waitSeconds, at, delaySeconds, expiresAt, priority, metadata';

describe('The error of a wrong field says what the field must be,', () => {
  it.each<[Record<string, unknown>, string, string]>([
    [{ to: undefined }, 'to', 'is missing'],
    [{ to: 84951234567 }, 'to', 'must be a string'],
    [{ to: null }, 'to', 'must be a string'],
    [{ to: '' }, 'to', 'is empty'],
    [{ to: '8495\n1234567' }, 'to', 'holds a control character'],
    [{ to: '8'.repeat(65) }, 'to', 'at most 64 characters'],
    [{ agent: '3200\n' }, 'agent', 'holds a control character'],
    [{ agent: '\udc00' }, 'agent', 'is not well-formed Unicode'],
    [{ timeoutSeconds: '30' }, 'timeoutSeconds', 'must be a number'],
    [{ timeoutSeconds: 4 }, 'timeoutSeconds', 'must be at least 5'],
    [{ timeoutSeconds: 121 }, 'timeoutSeconds', 'must be at most 120'],
    [{ waitSeconds: true }, 'waitSeconds', 'must be a number'],
    [{ wait: 'forever' }, 'wait', 'must be one of accepted, answered, connected, completed'],
    [{ dtmf: '1;2' }, 'dtmf', 'is 1 to 32 of 0-9 * # A-D and w'],
    [{ delaySeconds: -1 }, 'delaySeconds', 'must be at least 0'],
    [{ delaySeconds: 2_592_001 }, 'delaySeconds', 'must be at most 2592000 seconds (30 days)'],
    [{ priority: 0 }, 'priority', 'must be at least 1'],
    [{ priority: 10 }, 'priority', 'must be at most 9'],
    [{ priority: 1.5 }, 'priority', 'must be a whole number'],
    [{ variables: 'A=1' }, 'variables', 'must be an object of strings'],
    [{ variables: { A: 1 } }, 'variables.A', 'must be a string'],
    [
      { metadata: { 'a\r\nb': 'x' } },
      'metadata.?',
      'has a name that is empty, too long or holds a control character',
    ],
    [{ calerId: 'x' }, 'calerId', 'is not known; did you mean callerId?'],
    [{ agent: true }, 'agent', 'must be a string or a whole number'],
    [{ agent: 32.5 }, 'agent', 'must be a string or a whole number'],
    [{ agent: -3200 }, 'agent', 'must be at least 0'],
    [{ agent: ['3200'] }, 'agent', 'must be a string or a whole number'],
    [{ agent: '' }, 'agent', 'is empty'],
    [{ time: 30 }, 'time', 'is not known; did you mean timeoutSeconds?'],
    [{ foo: 1 }, 'foo', UNKNOWN],
    [{ chanel: 'x' }, 'chanel', UNKNOWN],
    [{ '<script>': 'x' }, '?', UNKNOWN],
    [{ '84951234567': 'x' }, '?', UNKNOWN],
  ])('for %j: %s %s', (fields, field, message) => {
    const parsed = parseCallbackRequest({ to: '84951234567', ...fields });
    expect(parsed).toEqual({ ok: false, errors: [{ field, message }] });
    // Logs and responses mask what looks like a phone number.
    expect(maskNumbers(message)).toBe(message);
  });

  it('for all wrong fields at once', () => {
    const parsed = parseCallbackRequest({ agent: null, colour: 'red' });
    expect(parsed.ok || parsed.errors.map(({ field }) => field)).toEqual(['to', 'agent', 'colour']);
  });
});

describe('A callback request', () => {
  it.each([
    [3200, '3200'],
    [0, '0'],
    [1e3, '1000'],
    [79161234567, '79161234567'],
  ])('accepts the agent %s as a JSON number', (agent, text) => {
    expect(parseCallbackRequest({ to: '84951234567', agent })).toMatchObject({
      ok: true,
      request: { agent: text },
    });
  });

  it.each([
    ['record', /MixMonitor/],
    ['Recording', /MixMonitor/],
    ['StatusCallback', /GET \/callbacks\/\{id\}/],
    ['status_callback', /GET \/callbacks\/\{id\}/],
    ['callbackUrl', /GET \/callbacks\/\{id\}/],
    ['say', /Playback/],
    ['url', /Playback/],
    ['MachineDetection', /AMD/],
    ['timeout', /`timeoutSeconds`/],
    ['scheduledAt', /`at`/],
    ['Delay', /`delaySeconds`/],
    ['expires', /`expiresAt`/],
    ['MaxRetries', /`retry`/],
    ['from', /`agent`.*`callerId`/],
    ['callerid', /`callerId`/],
    ['caller-id', /`callerId`/],
    ['num', /`to`/],
    ['phoneNumber', /`to`/],
    ['cid', /`agent`/],
    ['Exten', /`agent`/],
    ['context', /`route`/],
    ['Channel', /`route`/],
    ['Variable', /`variables`/],
    ['idempotencyKey', /Idempotency-Key/],
    ['token', /Authorization/],
  ])('says where the unknown field %s belongs', (name, place) => {
    const parsed = parseCallbackRequest({ to: '84951234567', agent: '3200', [name]: 'x' });
    expect(parsed).toMatchObject({
      ok: false,
      errors: [{ field: name, message: expect.stringMatching(place) }],
    });
  });

  it('accepts every field that the error of an unknown field suggests', () => {
    const names = [
      'to',
      'agent',
      'callerId',
      'timeoutSeconds',
      'dtmf',
      'metadata',
      'route',
      'variables',
      'wait',
    ];
    const values = { timeoutSeconds: 30, metadata: {}, variables: {}, wait: 'accepted', dtmf: '1' };
    const fields = Object.fromEntries(names.map((name) => [name, '3200']));
    expect(parseCallbackRequest({ ...fields, ...values })).toMatchObject({ ok: true });
  });
});

describe('The error of a common mistake says what to change:', () => {
  const { lambda } = callbackFunctionOnSimulator();
  const order = '{"agent":"3200","to":"+74951234567"}';
  const form = { ...bearer, 'content-type': 'application/x-www-form-urlencoded' };

  it.each<[string, Asked, number, string]>([
    [
      'JSON that says it is a form',
      { method: 'POST', url: '/callbacks', headers: form, body: order },
      415,
      'The body is JSON. Send Content-Type: application/json',
    ],
    ['no body', { method: 'POST', url: '/callbacks', headers: json, body: '' }, 400, 'The body is empty'],
    ['a link without num', { url: '/callback?cid=3200', headers: bearer }, 400, 'num is missing'],
  ])('%s', async (_, asked, status, detail) => {
    const answer = await lambda().ask(asked);
    expect(answer.status).toBe(status);
    expect(String(answer.body['detail'])).toContain(detail);
  });
});
