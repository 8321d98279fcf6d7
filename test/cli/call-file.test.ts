import { describe, expect, it } from 'vitest';
import { isSameCall, requestForRoute } from '../../cli/call-file/find-route.ts';
import { readCallFile } from '../../cli/call-file/read-call-file.ts';
import { type Translation, translate } from '../../cli/call-file/translate.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { applyRules } from '../../lib/rules/plan-call.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { MINIMAL } from '../support/settings/fixtures.ts';

const NOW = new Date('2026-11-28T10:30:00Z');
const FIRST = 'Channel: PJSIP/3200\nContext: from-internal\nExtension: 4930901820\n';

const read = (text: string) => {
  const { file, refused, ignored } = readCallFile(text);
  return { file, refused, ignored };
};
function translated(text: string, options: { country?: string; at?: Date } = {}): Translation {
  const { file, refused } = read(text);
  const result = file ? translate(file, { ...options, now: NOW }) : { refused };
  if ('refused' in result) throw new Error(JSON.stringify(result.refused));
  return result;
}
function refusals(text: string, options: { country?: string; at?: Date } = {}): string[] {
  const { file, refused } = read(text);
  const result = file ? translate(file, { ...options, now: NOW }) : { refused };
  if (!('refused' in result)) return [];
  return result.refused.map(({ line, keyword, why }) => `${line} ${keyword}: ${why}`);
}
const settingsWith = (route: object, line: boolean) =>
  parseSettings({
    ...MINIMAL,
    'routes/call-file': { ...route, ...(line && { line: 'l' }) },
    ...(line && { 'lines/l': { capacity: 1 } }),
  });

describe('readCallFile', () => {
  it('reads keywords in any case, with the defaults of Asterisk', () => {
    expect(read('CHANNEL: SIP/3200\nexten: x\ncontext: c\nextension:  s  \n').file).toMatchObject({
      ...{ channel: 'SIP/3200', context: 'c', extension: 's', priority: 1 },
      ...{ maxRetries: 0, retrySeconds: 300, waitSeconds: 45, callerIdNumber: undefined, variables: {} },
    });
  });

  it('leaves out comments, and keeps what a backslash protects', () => {
    const text = `# a comment\n; another\n${FIRST}Setvar: NOTE=a\\;b # end\nSetvar: TAG=x#y ; end\n`;
    expect(read(text).file?.variables).toEqual({ NOTE: 'a;b', TAG: 'x#y' });
  });

  it.each([
    ['"Shop" <4930901820>', '4930901820', 'Shop'],
    ['Shop <4930901820>', '4930901820', 'Shop'],
    ['<+4930901820>', '+4930901820', undefined],
    ['4930901820', '4930901820', undefined],
    ['Shop', undefined, 'Shop'],
    ['"Shop" <(030) 90-18.20>', '030901820', 'Shop'],
    ['+49 30 901820', '+4930901820', undefined],
  ])('reads the caller id %s', (text, number, name) => {
    expect(read(`${FIRST}CallerID: ${text}`).file).toMatchObject({
      callerIdNumber: number,
      callerIdName: name,
    });
  });

  it('takes the default for a value that Asterisk does not accept', () => {
    const text = `${FIRST}Priority: -1\nMaxRetries: many\nRetryTime: 0\nWaitTime: x\n`;
    const { priority, maxRetries, retrySeconds, waitSeconds } = read(text).file ?? {};
    expect([priority, maxRetries, retrySeconds, waitSeconds]).toEqual([1, 0, 300, 45]);
  });

  it('names the lines that Asterisk ignores', () => {
    const text = `${FIRST}Exten: 7\nSetvar: nothing\nArchive: yes\nStartRetry: 1 0 (1)\n`;
    expect(read(text).ignored.map(({ line, keyword }) => `${line} ${keyword}`)).toEqual([
      '4 Exten',
      '5 Setvar',
    ]);
  });
});

describe('translate', () => {
  it.each<[what: string, text: string, request: object, route: object]>([
    [
      'an agent who is called first',
      `${FIRST}CallerID: <4930999999>\nWaitTime: 20\nSetvar: CRM_ID=17`,
      {
        ...{ to: '+4930901820', agent: '3200', callerId: '4930999999', timeoutSeconds: 20 },
        variables: { CRM_ID: '17' },
      },
      { channel: 'PJSIP/{agent}', to: { allow: ['+49'], dialAs: '{digits}' }, agents: '^3200$' },
    ],
    [
      'a Local channel with options',
      'Channel: Local/3200@from-internal/n\nContext: from-internal\nExtension: 1003',
      { to: '1003', agent: '3200' },
      { channel: 'Local/{agent}@from-internal/n', to: { extensions: '^1003$' } },
    ],
    [
      'a phone with a name',
      'Channel: SIP/alice\nContext: out\nExtension: 004930901820',
      { to: '+4930901820', agent: 'alice' },
      { channel: 'SIP/{agent}', to: { allow: ['+49'], dialAs: '00{digits}' } },
    ],
    [
      'a mobile phone as the agent',
      'Channel: PJSIP/+4915112345678@trunk\nContext: out\nExtension: +4930901820',
      { to: '+4930901820', agent: '4915112345678' },
      { channel: 'PJSIP/+{agent}@trunk' },
    ],
    [
      'a customer who is called first',
      'Channel: DAHDI/g1/4930901820\nContext: agents\nExtension: 3200\nPriority: 2',
      { to: '+4930901820', agent: '3200' },
      { first: 'customer', channel: 'DAHDI/g1/{to}', priority: '2', agents: '^3200$' },
    ],
    [
      'a dialplan as the second party',
      'Channel: SIP/+4930901820@trunk\nContext: reminder\nExtension: s',
      { to: '+4930901820' },
      { first: 'customer', channel: 'SIP/{to}@trunk', agent: 's', second: 'dialplan' },
    ],
    [
      'a phone inside that a dialplan calls',
      'Channel: PJSIP/3200\nContext: wake-up\nExtension: s',
      { to: '3200' },
      { first: 'customer', channel: 'PJSIP/{to}', to: { extensions: '^3200$' } },
    ],
    [
      'a value that is dangerous in a dialplan, with a pattern of its own',
      `${FIRST}Setvar: NOTE=a,b(c)\nSetvar: __TAG=x`,
      { variables: { NOTE: 'a,b(c)', __TAG: 'x' } },
      { variables: { NOTE: '^a,b\\(c\\)$', __TAG: '^x$' } },
    ],
  ])('places the same call for %s', (_, text, request, route) => {
    const result = translated(text);
    expect(result.request).toMatchObject(request);
    expect(result.route).toMatchObject(route);
    expectSameCall(text, result);
  });

  it.each([
    ['030901820', '0{national}'],
    ['9030901820', undefined],
    ['+4930901820', '{e164}'],
  ])('reads %s in the country that is given', (number, dialAs) => {
    const text = `Channel: PJSIP/3200\nContext: out\nExtension: ${number}`;
    if (dialAs === undefined) return expect(refusals(text, { country: 'DE' })).toHaveLength(1);
    const result = translated(text, { country: 'DE' });
    expect(result).toMatchObject({ request: { to: '+4930901820' }, route: { to: { dialAs } } });
    expectSameCall(text, result);
  });

  it('tries the party that is called first as often and after the same time', () => {
    const { route, needsLine } = translated(`${FIRST}MaxRetries: 2\nRetryTime: 60\n`);
    expect(needsLine).toBe(true);
    expect(route['retry']).toMatchObject({
      agent: { attempts: 3, delays: { busy: [60], 'no-answer': [60] } },
    });
    expectSameCall(FIRST, translated(`${FIRST}MaxRetries: 2\n`));
  });

  it('waits until the time of the file', () => {
    const at = new Date('2026-11-29T08:00:00Z');
    expect(translated(FIRST, { at })).toMatchObject({
      needsLine: true,
      request: { at: '2026-11-29T08:00:00.000Z' },
    });
  });

  it.each<[text: string, says: RegExp]>([
    [
      'Channel: PJSIP/3200\nApplication: Playback\nData: hello',
      /^2 Application: .*Write a context that runs the application/,
    ],
    ['Channel: 3200\nExtension: s', /^1 Channel: .*such as PJSIP\/3200/],
    ['Channel: PJSIP/3200', /^0 Extension: the file has no extension/],
    ['Channel: PJSIP/3200\nExtension: s', /^0 Context: the file has no context.*Write this context/],
    [`${FIRST}CallerID: X <anonymous>`, /^4 CallerID: .*digits only/],
    [`${FIRST}Codecs: ulaw`, /^4 Codecs: .*"allow" of the endpoint/],
    [`${FIRST}Account: 17`, /^4 Account: .*CHANNEL\(accountcode\)/],
    [`${FIRST}Early_Media: yes`, /^4 Early_Media: .*Progress\(\)/],
    [`${FIRST}Setvar: CHANNEL(language)=de`, /^4 Setvar: .*not functions/],
    [`${FIRST}Setvar: __CALLBACK_ID=1`, /^4 Setvar: .*reserved/],
    [`${FIRST}Setvar: __proto__=1`, /^4 Setvar: .*cannot set a variable of this name/],
    [`${FIRST}WaitTime: 300`, /^4 WaitTime: .*5 to 120 seconds/],
    [`${FIRST}MaxRetries: 20`, /^4 MaxRetries: .*at most 9 attempts\. Write 8/],
    [`${FIRST}MaxRetries: 2\nRetryTime: 1`, /^5 RetryTime: .*after 5 to 604800 seconds/],
    ['Channel: PJSIP/3200&PJSIP/3201\nContext: c\nExtension: s', /^1 Channel: .*Local\/…@context/],
    [
      'Channel: IAX2/me:word@peer/4930901820\nContext: c\nExtension: s',
      /^1 Channel: the channel contains a password/,
    ],
    ['Channel: PJSIP/3200\nContext: c\nExtension: 0301234567890123', /^3 Extension: .*--country/],
    ['Channel: PJSIP/3200\nContext: c\nExtension: +49123', /^3 Extension: .*no numbering plan/],
    ['Channel: SIP/x/+4930901820\nContext: c\nExtension: 030901820', /^3 Extension: .*--country/],
    ['Channel: SIP/x/030901820\nContext: c\nExtension: s', /^1 Channel: .*--country/],
  ])('names the line without an equal in %j, and what to do', (text, says) => {
    expect(refusals(text)[0]).toMatch(says);
  });

  it('refuses a time of more than 30 days ahead', () => {
    expect(refusals(FIRST, { at: new Date('2027-01-01T00:00:00Z') })[0]).toMatch(/at most 30 days/);
  });
});

describe('requestForRoute', () => {
  const own = {
    channel: 'PJSIP/{agent}',
    context: 'from-internal',
    to: { country: 'DE', allow: ['+49'], dialAs: '{digits}' },
    agents: '^32[0-9]{2}$',
  };
  const find = (text: string, route: object, line = false) => {
    const { file } = read(text);
    return file && requestForRoute(settingsWith(route, line), file, translated(text));
  };

  it('finds the route that places the same call', () => {
    expect(find(FIRST, own)).toMatchObject({ route: 'call-file', agent: '3200', to: '+4930901820' });
  });

  it.each([
    ['another context', { ...own, context: 'internal' }],
    ['another form of the number', { ...own, to: { ...own.to, dialAs: '{e164}' } }],
    ['another agent', { ...own, agents: '^33[0-9]{2}$' }],
  ])('finds no route with %s', (_, route) => {
    expect(find(FIRST, route)).toBeUndefined();
  });

  it('finds a route with a line and the same retries only', () => {
    const text = `${FIRST}MaxRetries: 1\nRetryTime: 60\n`;
    const retry = (seconds: number) => ({
      agent: { attempts: 2, delays: { busy: [seconds], 'no-answer': [seconds] } },
    });
    expect(find(text, own)).toBeUndefined();
    expect(find(text, { ...own, retry: retry(30) }, true)).toBeUndefined();
    expect(find(text, { ...own, retry: retry(60) }, true)).toMatchObject({ agent: '3200' });
  });
});

/** The rules of the route make the Originate that the file asks for. */
function expectSameCall(text: string, { request, route, needsLine }: Translation): void {
  const { file } = read(text);
  const parsed = parseCallbackRequest({ ...request, route: 'call-file' });
  const found = settingsWith(route, needsLine).routes['call-file'];
  if (!file || !parsed.ok || !found) throw new Error(JSON.stringify({ file, parsed, found }));
  expect(isSameCall(applyRules(parsed.request, found, 'call-file', NOW), file)).toBe(true);
}
