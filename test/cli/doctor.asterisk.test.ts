import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeOnAsterisk, watchEvents } from '../support/asterisk/index.ts';
import type { Pbx } from '../support/asterisk/types.ts';
import { ownPbxes } from '../support/cli/own-pbx.ts';
import { diagnose, settingsFor } from '../support/cli/patient.ts';
import { proxyTo } from '../support/cli/servers.ts';

/** One AMI user for each mistake in manager.conf. */
const USERS = {
  right: 'read = call\nwrite = originate',
  control: 'read = call\nwrite = originate,call,reporting',
  mute: 'read = call',
  blank: 'read = call\nwrite = call, originate',
  emptyItem: 'read = call\nwrite = ,originate',
  everything: 'read = call\nwrite = all',
  nosy: 'read = all\nwrite = originate',
  nosyByEmptyItem: 'read = ,call\nwrite = originate',
  system: 'read = call\nwrite = originate,system',
  command: 'read = call\nwrite = originate,command',
  config: 'read = call\nwrite = originate,config',
  letter: 'read = call\nwrite = c,originate',
  talker: 'read = call\nwrite = originate,user',
  blind: 'write = originate',
  blankRead: 'read = system, call\nwrite = originate',
  filtered: 'read = call\nwrite = originate\neventfilter = !Event: OriginateResponse',
  responsesOnly: 'read = call\nwrite = originate\neventfilter = Event: OriginateResponse',
  noHangup: 'read = call\nwrite = originate\neventfilter = !Event: Hangup',
  elsewhere: 'read = call\nwrite = originate\ndeny = 0.0.0.0/0\npermit = 192.0.2.0/24',
  alone: 'read = call\nwrite = originate\nallowmultiplelogin = no',
} as const;
type User = keyof typeof USERS;
const SECRET = 'a-secret-of-the-tests';

const CONTEXTS = `
[eights]
exten => _8XXXXXXXXXX,1,Hangup()
[agents-only]
exten => _32XX,1,Hangup()
[labels]
exten => _[+0-9]!,1(begin),Hangup()
`;

const hidden = (name: string, text: string): string =>
  name === 'http.conf' ? `${text}\nservername = Asterisk\n` : text;

const replace =
  (file: string, from: string, to: string) =>
  (name: string, text: string): string =>
    hidden(name, name === file ? text.replace(from, to) : text);

function broken(name: string, text: string): string {
  if (name === 'extensions.conf') return text + CONTEXTS;
  if (name !== 'manager.conf') return hidden(name, text);
  const users = Object.entries(USERS).map(([user, lines]) => `[${user}]\nsecret = ${SECRET}\n${lines}\n`);
  return text + users.join('\n');
}

const hasBooted = async (pbx: Pbx): Promise<boolean> => {
  try {
    await using watcher = await watchEvents(pbx);
    await watcher.waitFor((event) => event['Event'] === 'FullyBooted', 20_000);
    return true;
  } catch {
    return false;
  }
};

describeOnAsterisk('doctor, on a real Asterisk', (shared) => {
  const { version } = shared;
  const pbxes = ownPbxes(version, {
    main: { edit: broken, answers: hasBooted },
    prefix: {
      // An old switch: Asterisk does not reply to Events.
      edit: (name, text) =>
        replace(
          'http.conf',
          'prefix =',
          'prefix = asterisk',
        )(name, text.replace('webenabled = yes', 'webenabled = yes\nbrokeneventsaction = yes')),
      certificate: ({ expired }) => expired,
      answers: hasBooted,
    },
    oddPrefix: {
      edit: replace('http.conf', 'prefix =', 'prefix = x7'),
      certificate: ({ expiring }) => expiring,
      answers: hasBooted,
    },
    noWeb: {
      edit: replace('manager.conf', 'webenabled = yes', 'webenabled = no'),
      certificate: ({ otherHost }) => otherHost,
      answers: hasBooted,
    },
    noTls: { edit: replace('http.conf', 'tlsenable = yes', 'tlsenable = no') },
    noCertificate: { edit: replace('http.conf', '/etc/asterisk/server.crt', '/etc/asterisk/nowhere.crt') },
    otherKey: {
      edit: hidden,
      certificate: ({ server, expired }) => ({ cert: server.cert, key: expired.key }),
    },
    disabled: { edit: replace('manager.conf', 'enabled = yes', 'enabled = no') },
    few: { edit: replace('http.conf', 'sessionlimit = 1000', 'sessionlimit = 5'), answers: hasBooted },
  });
  const as = (username: User, more: { url?: string; ca?: string; secret?: string } = {}) => ({
    url: pbxes.main.httpUrl,
    username,
    secret: SECRET,
    ...more,
  });
  /** Settings of the user that every Asterisk here has. */
  const callback = (name: keyof typeof pbxes, prefix = '') => ({
    url: pbxes[name].httpUrl + prefix,
    ...pbxes[name].users.callback,
  });
  const tls = (name: keyof typeof pbxes, prefix = '') => ({
    ...callback(name),
    url: pbxes[name].httpsUrl + prefix,
    ca: pbxes[name].ca,
  });

  it.concurrent.each([
    ['with the rights of a callback', () => as('right')],
    [
      'with control of live calls, over TLS',
      () => as('control', { url: pbxes.main.httpsUrl, ca: pbxes.main.ca }),
    ],
    ['behind a prefix', () => callback('prefix', '/asterisk')],
    ['with a slash at the end of the url', () => as('right', { url: `${pbxes.main.httpUrl}/` })],
  ])('finds nothing wrong in a correct set-up: %s', async (_what, pbx) => {
    const { well, findings } = await diagnose(settingsFor(pbx()));
    expect(findings.filter(({ mark }) => mark !== 'OK')).toEqual([]);
    expect(well).toBe(true);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'settings',
        'address',
        'ajam',
        'login',
        'privileges',
        'dialplan',
        'events',
        'speed',
      ]),
    );
  });

  it.concurrent.each<[what: string, settings: () => unknown, check: string, found: RegExp, cure: RegExp]>([
    [
      'AJAM is off',
      () => settingsFor(callback('noWeb')),
      'ajam',
      /Asterisk answers, but AJAM is not at/,
      /webenabled=yes/,
    ],
    [
      'the manager is off',
      () => settingsFor(callback('disabled')),
      'ajam',
      /AJAM is not at \/rawman \(404\)/,
      /enabled=yes and webenabled=yes/,
    ],
    [
      'the url lacks the prefix',
      () => settingsFor(callback('prefix')),
      'ajam',
      /AJAM is at \/asterisk\/rawman/,
      /write http:\S+\/asterisk as the url/,
    ],
    [
      'the url has a prefix, and http.conf has none',
      () => settingsFor(as('right', { url: `${pbxes.main.httpUrl}/asterisk` })),
      'ajam',
      /AJAM is at \/rawman/,
      /write http:\S+ as the url/,
    ],
    [
      'the prefix is unusual',
      () => settingsFor(callback('oddPrefix')),
      'ajam',
      /404/,
      /differs from the prefix in the url/,
    ],
    [
      'the wrong secret',
      () => settingsFor(as('right', { secret: 'not-it' })),
      'login',
      /The user is unknown, the secret is wrong/,
      /username and secret .* permit/,
    ],
    [
      'an unknown user',
      () => settingsFor({ ...as('right'), username: 'nobody' }),
      'login',
      /user is unknown, the secret is wrong, or permit and deny refuse/,
      /manager\.conf/,
    ],
    [
      'an address that permit does not have',
      () => settingsFor(as('elsewhere')),
      'login',
      /permit and deny/,
      /Add the addresses .* to permit/,
    ],
    [
      'allowmultiplelogin=no',
      () => settingsFor(as('alone')),
      'parallel',
      /may log in only once/,
      /allowmultiplelogin=yes/,
    ],
    ['no originate', () => settingsFor(as('mute')), 'privileges', /Originate is missing/, /write=originate/],
    [
      'a blank in the list',
      () => settingsFor(as('blank')),
      'privileges',
      /Originate is missing/,
      /without blanks/,
    ],
    [
      'an empty item in the list',
      () => settingsFor(as('emptyItem')),
      'privileges',
      /may do everything/,
      /empty item/,
    ],
    ['write=all', () => settingsFor(as('everything')), 'privileges', /may do everything/, /"all"/],
    ['class system', () => settingsFor(as('system')), 'privileges', /ModuleLoad/, /remove system/],
    ['class command', () => settingsFor(as('command')), 'privileges', /Command/, /remove command/],
    ['class config', () => settingsFor(as('config')), 'privileges', /UpdateConfig/, /remove config/],
    [
      'a letter for many classes',
      () => settingsFor(as('letter')),
      'privileges',
      /Command.*UpdateConfig/,
      /every class that begins with this letter/,
    ],
    ['no read=call', () => settingsFor(as('blind')), 'events', /no event arrives/, /read=call/],
    ['a blank in read=', () => settingsFor(as('blankRead')), 'events', /no event arrives/, /without blanks/],
    [
      'a filter that removes the response',
      () => settingsFor(as('filtered')),
      'events',
      /no OriginateResponse arrives/,
      /eventfilter.*disabledevents counts only after a restart/,
    ],
    [
      'a filter that passes only the response',
      () => settingsFor(as('responsesOnly')),
      'events',
      /no Newchannel and no Hangup arrives, only OriginateResponse/,
      /eventfilter = Event: \(OriginateResponse\|Newchannel\|.*DialEnd.*Hangup\)/,
    ],
    [
      'a filter that removes the hang-up',
      () => settingsFor(as('noHangup')),
      'events',
      /no Hangup arrives, only/,
      /eventfilter/,
    ],
    [
      'no such context',
      () => settingsFor(as('right'), { context: 'nowhere' }),
      'dialplan',
      /no extension .* in context nowhere/,
      /dialplan show/,
    ],
    [
      'no such extension',
      () => settingsFor(as('right'), { context: 'agents-only' }),
      'dialplan',
      /context agents-only/,
      /"exten" or "to.dialAs"/,
    ],
    [
      'numbers in another form',
      () => settingsFor(as('right'), { context: 'eights' }),
      'dialplan',
      /has the number in the form 8\{national\}/,
      /"dialAs": "8\{national\}"/,
    ],
    [
      'no such priority',
      () => settingsFor(as('right'), { context: 'labels', priority: '7' }),
      'dialplan',
      /no priority 7/,
      /"priority": "1"/,
    ],
    [
      'no such label',
      () => settingsFor(as('right'), { context: 'labels', priority: 'start' }),
      'dialplan',
      /no priority start/,
      /label start/,
    ],
    [
      'no such context of a Local channel',
      () => settingsFor(as('right'), { channel: 'Local/{agent}@nosuch' }),
      'dialplan',
      /no extension 3200 in context nosuch/,
      /dialplan show 3200@nosuch.* Correct "channel".*--agent/,
    ],
    [
      'no such context of the Local channel of a fixed agent, whatever number is made up',
      () =>
        settingsFor(as('right'), {
          agent: '3200',
          channel: 'Local/{agent}@nosuch',
          context: 'agents-only',
          to: { extensions: '^[0-9]{4}$' },
        }),
      'dialplan',
      /no extension 3200 in context nosuch/,
      /Correct "channel"/,
    ],
    [
      'no such extension for a Local channel to the customer, whose number has another form there',
      () =>
        settingsFor(as('right'), {
          first: 'customer',
          channel: 'Local/{to}@eights/n',
          context: 'agents-only',
        }),
      'dialplan',
      /context eights has no extension \+7\d{10}, but the context has the number in the form 8\{national\}/,
      /"dialAs": "8\{national\}"/,
    ],
    [
      'no internal numbers, although the route allows them',
      () =>
        settingsFor(as('right'), {
          context: 'eights',
          to: { country: 'RU', allow: ['+7495'], dialAs: '8{national}', extensions: '^77[0-9]$' },
        }),
      'dialplan',
      /no extension 770 in context eights/,
      /Correct "context".*--to/,
    ],
    [
      'the second prefix, when the doctor cannot make up a number for the first',
      () => settingsFor(as('right'), { context: 'nowhere', to: { allow: ['+999', '+7495'] } }),
      'dialplan',
      /no extension \+7495\d{7} in context nowhere/,
      /dialplan show/,
    ],
    [
      'no such agent after the customer',
      () =>
        settingsFor(as('right'), { first: 'customer', channel: 'PJSIP/{to}@customers', context: 'eights' }),
      'dialplan',
      /no extension 3200 in context eights/,
      /--agent/,
    ],
    [
      'a certificate of an unknown CA',
      () => settingsFor(as('right', { url: pbxes.main.httpsUrl })),
      'tls',
      /not trusted/,
      /into pbx\/main\/ca/,
    ],
    [
      'a ca that did not sign the certificate',
      () => settingsFor(as('right', { url: pbxes.main.httpsUrl, ca: pbxes.main.certificates.otherCa })),
      'tls',
      /not trusted/,
      /is the certificate of another CA/,
    ],
    [
      'an expired certificate',
      () => settingsFor(tls('prefix', '/asterisk')),
      'tls',
      /expired on 20/,
      /renew the certificate/,
    ],
    [
      'a certificate for another name',
      () => settingsFor(tls('noWeb')),
      'tls',
      /is for pbx\.example\.com, not for 127/,
      /one of these names/,
    ],
    ...(['noTls', 'noCertificate', 'otherKey'] as const).map(
      (name): [string, () => unknown, string, RegExp, RegExp] => [
        `Asterisk does not listen with TLS: ${name}`,
        () => settingsFor(tls(name)),
        'reach',
        /ECONNREFUSED/,
        /first \[general\].*tlsenable=yes.*tlscertfile and tlsprivatekey .*belong together.*log of Asterisk.*touch \/etc\/asterisk\/http\.conf && asterisk -rx "module reload http"/,
      ],
    ),
    [
      'https to the plain port',
      () => settingsFor(as('right', { url: pbxes.main.httpUrl.replace('http', 'https') })),
      'tls',
      /does not speak TLS/,
      /tlsbindaddr/,
    ],
    [
      'http to the TLS port',
      () => settingsFor(as('right', { url: pbxes.main.httpsUrl.replace('https', 'http') })),
      'ajam',
      /speaks TLS/,
      /write https/,
    ],
  ])('reports exactly one failure: %s', async (_what, settings, check, found, cure) => {
    const { well, complaints } = await diagnose(settings());
    expect(complaints).toEqual([
      expect.objectContaining({
        check,
        mark: 'FAIL',
        found: expect.stringMatching(found),
        cure: expect.stringMatching(cure),
      }),
    ]);
    expect(well).toBe(false);
  });

  it.concurrent('warns about a privilege that callbacks do not need', async () => {
    const { well, complaints } = await diagnose(settingsFor(as('talker')));
    expect(complaints).toMatchObject([{ check: 'privileges', mark: 'WARN' }]);
    expect(complaints[0]?.cure).toMatch(/remove user/);
    expect(well).toBe(true);
  });

  it.concurrent.each(['nosy', 'nosyByEmptyItem'] as const)(
    'warns about events that callbacks do not need: %s',
    async (user) => {
      const { well, complaints } = await diagnose(settingsFor(as(user)));
      expect(complaints).toMatchObject([{ check: 'events', mark: 'WARN' }]);
      expect(complaints[0]?.found).toMatch(/Newexten \(class dialplan\)/);
      expect(complaints[0]?.cure).toMatch(/read=call/);
      expect(well).toBe(true);
    },
  );

  it.concurrent('warns about a certificate that expires soon', async () => {
    const { well, complaints } = await diagnose(settingsFor(tls('oddPrefix', '/x7')));
    expect(complaints).toMatchObject([{ check: 'tls', mark: 'WARN' }]);
    expect(complaints[0]?.found).toMatch(/\(9 days\)/);
    expect(well).toBe(true);
  });

  it.concurrent('warns about a slow connection', async () => {
    await using slow = await proxyTo(pbxes.main.httpUrl, { delayMs: 320 });
    const { complaints } = await diagnose(settingsFor(as('right', { url: slow.url })));
    expect(complaints).toMatchObject([{ check: 'speed', mark: 'WARN' }]);
  });

  it.concurrent('reports a proxy that drops cookies', async () => {
    await using proxy = await proxyTo(pbxes.main.httpUrl, { dropCookies: true });
    const { complaints } = await diagnose(settingsFor(as('right', { url: proxy.url })));
    expect(complaints).toMatchObject([{ check: 'ajam', mark: 'FAIL' }]);
    expect(complaints[0]?.cure).toMatch(/drops the header Set-Cookie/);
  });

  it('warns when few connections are free, and fails when none is', async () => {
    const settings = settingsFor(callback('few'));
    const warned = await diagnose(settings);
    expect(warned.complaints).toMatchObject([{ check: 'connections', mark: 'WARN' }]);

    const held = await hold(new URL(pbxes.few.httpUrl), 5);
    const { complaints } = await diagnose(settings);
    for (const socket of held) socket.destroy();
    expect(complaints).toMatchObject([{ check: 'ajam', mark: 'FAIL' }]);
    expect(complaints[0]?.cure).toMatch(/sessionlimit/);
  });

  it('reports allowmultiplelogin=no while another session is logged in', async () => {
    const { url, username, secret } = as('alone');
    const login = new URLSearchParams({ Action: 'Login', Username: username, Secret: secret });
    await fetch(`${url}/rawman`, { method: 'POST', body: login });
    const { complaints } = await diagnose(settingsFor(as('alone')));
    expect(complaints).toMatchObject([{ check: 'login', mark: 'FAIL' }]);
    expect(complaints[0]?.cure).toMatch(/allowmultiplelogin=yes/);
  });

  // Debian's 22 has no chan_sip. Its 16 has it, and loads it here.
  it.each([
    ['the user may list modules', () => as('control'), 'modules'],
    ['the server shows its version', () => ({ url: shared.httpUrl, ...shared.users.callback }), 'version'],
    ['nothing shows it', () => as('right'), 'nothing'],
  ])('checks the technology SIP when %s', async (_what, pbx, shown) => {
    const { findings } = await diagnose(settingsFor(pbx(), { channel: 'SIP/{agent}' }));
    const said = findings.filter(({ check }) => check === 'channel');
    if (shown === 'nothing' || (shown === 'version' && version === '16'))
      expect(said).toMatchObject([{ mark: 'SKIP', found: expect.stringContaining('chan_sip') }]);
    else if (version === '16') expect(said).toMatchObject([{ mark: 'OK' }]);
    else {
      expect(said).toMatchObject([{ mark: 'FAIL', subject: 'routes/default on pbx/main' }]);
      expect(said[0]?.found).toMatch(/"SIP\/\{agent\}".*(chan_sip|SIP is not loaded)/);
      expect(said[0]?.cure).toMatch(/"channel" of routes\/default.*"PJSIP\/\{agent\}"/);
    }
  });

  it('checks the version when the server shows it', async () => {
    const { complaints } = await diagnose(settingsFor({ url: shared.httpUrl, ...shared.users.callback }));
    // Debian's 22.10.1 has every fix, its 16.28.0 comes from a line that got none.
    expect(complaints.map(({ check, mark }) => [check, mark])).toEqual(
      version === '16' ? [['version', 'WARN']] : [],
    );
  });

  it('looks for the number of --to and the agent of --agent', async () => {
    const customerFirst = { first: 'customer', channel: 'PJSIP/{to}@customers', context: 'agents-only' };
    const { findings } = await diagnose(settingsFor(as('right'), customerFirst), {
      to: '+74951234567',
      agent: '3207',
    });
    expect(findings.find(({ check }) => check === 'dialplan')?.found).toMatch(/agents-only has 3207$/);
  });

  it('checks the context of a Local channel, and internal numbers', async () => {
    const { findings } = await diagnose(
      settingsFor(as('right'), {
        channel: 'Local/{agent}@agents-only/n',
        to: { country: 'RU', allow: ['+7', '+7495'], extensions: '^32[0-9]{2}$' },
      }),
    );
    expect(findings.find(({ check }) => check === 'dialplan')).toMatchObject({
      mark: 'OK',
      found: expect.stringMatching(
        /^context callbacks has \+7\d{10}, \+7495\d{7}, 3200; context agents-only has 3200$/,
      ),
    });
  });

  it.each<[what: string, route: Record<string, unknown>, found: RegExp, cure: RegExp]>([
    [
      'an extension that does not exist',
      {
        context: 'eights',
        to: { country: 'RU', allow: ['+7495'], dialAs: '8{national}', extensions: '^[0-9]{4}$' },
      },
      /no extension 1000 in context eights.*The doctor chose 1000 because it matches "to\.extensions"/,
      /or "to\.extensions" of .*use --to/,
    ],
    [
      'an agent that does not exist',
      { channel: 'Local/{agent}@agents-only', agents: '^[0-9]{4}$' },
      /no extension 1000 in context agents-only.*The doctor chose 1000 because it matches "agents"/,
      /or "agents" of .*use --agent/,
    ],
    [
      'a prefix without valid numbers',
      { to: { allow: ['+999', '+7495'] } },
      /not checked for a number that begins with \+999/,
      /--to/,
    ],
  ])('only warns when it made the extension up: %s', async (_what, route, found, cure) => {
    const { well, complaints } = await diagnose(settingsFor(as('right'), route));
    expect(complaints).toMatchObject([{ check: 'dialplan', mark: 'WARN' }]);
    expect(complaints[0]?.found).toMatch(found);
    expect(complaints[0]?.cure).toMatch(cure);
    expect(well).toBe(true);
  });

  it('rings no phone', async () => {
    await using watcher = await watchEvents(pbxes.main);
    await diagnose(settingsFor(as('control')));
    await sleep(300);
    const seen = watcher.events().map((event) => event['Event']);
    expect(seen).toContain('OriginateResponse');
    expect(seen).not.toContain('DialBegin');
    expect(seen).not.toContain('DialState');
    expect(seen).not.toContain('Newstate');
    const channels = watcher
      .events()
      .flatMap((event) => (event['Event'] === 'Newchannel' ? event['Channel'] : []));
    expect(channels).toEqual([expect.stringMatching(NOWHERE), expect.stringMatching(NOWHERE)]);
  });
});

/** The two halves of a Local channel into a context that does not exist. */
const NOWHERE = /^Local\/doctor@doctor-[0-9a-f]{8}-[0-9a-f]{8};[12]$/;

async function hold(url: URL, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(Number(url.port), url.hostname));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  await sleep(50);
  return sockets;
}
