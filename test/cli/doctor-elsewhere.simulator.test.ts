import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAddress } from '../../cli/doctor/address.ts';
import { checkTechnology } from '../../cli/doctor/technology.ts';
import { checkVersion } from '../../cli/doctor/version.ts';
import { type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { blackHole, listen } from '../support/ajam/listeners.ts';
import { environmentFor, startTestStore } from '../support/aws/index.ts';
import { diagnose, type PbxParameters, settingsFor } from '../support/cli/patient.ts';
import { runTool } from '../support/cli/run-tool.ts';
import { answering, proxyTo } from '../support/cli/servers.ts';

const USER = { username: 'callback', secret: 'hunter2-of-the-pbx' };
const at = (url: string): Record<string, unknown> => settingsFor({ url, ...USER });

let dir: string;
let simulator: Simulator;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-doctor-'));
  simulator = await startSimulator({
    users: [{ ...USER, read: 'call', write: 'originate' }],
    loginDelayMs: 0,
  });
});
afterAll(async () => {
  await simulator.close();
  await rm(dir, { recursive: true });
});

async function fileOf(settings: unknown): Promise<string> {
  const file = join(dir, `${crypto.randomUUID()}.json`);
  await writeFile(file, JSON.stringify(settings));
  return file;
}

describe('doctor, for settings', () => {
  it.each<[what: string, settings: unknown, found: RegExp]>([
    ['not JSON', '{"pbx/main/url": ', /is not valid JSON/],
    [
      'a missing parameter',
      { ...at('http://127.0.0.1:1'), 'pbx/main/secret': undefined },
      /pbx\/main\/secret is missing/,
    ],
    [
      'a route to an unknown PBX',
      { ...at('http://127.0.0.1:1'), 'routes/default': { ...route(), pbx: 'mian' } },
      /did you mean "main"/,
    ],
    ['a url that ends in the endpoint', at('http://127.0.0.1:1/rawman'), /must end before \/rawman/],
  ])('names the mistake: %s', async (_what, settings, found) => {
    const { well, complaints } = await diagnose(settings);
    expect(complaints).toEqual([
      expect.objectContaining({ check: 'settings', mark: 'FAIL', found: expect.stringMatching(found) }),
    ]);
    expect(well).toBe(false);
  });

  it('fails for a pattern that backtracks', async () => {
    const { complaints } = await diagnose(
      settingsFor({ url: simulator.url, ...USER }, { agents: '(3?[0-9]+)*' }),
    );
    expect(complaints[0]).toMatchObject({
      mark: 'FAIL',
      found: expect.stringMatching(/routes\/default "agents" has the pattern .*exponential/),
    });
  });

  it('names an invalid JSONata expression of a webhook, and checks everything else', async () => {
    const crm = { source: 'json', secret: 'a-secret-of-the-tests', map: { to: 'data.(', agent: '"3200"' } };
    const { findings, complaints } = await diagnose({ ...at(simulator.url), 'webhooks/crm': crm });
    expect(complaints).toMatchObject([{ check: 'settings', mark: 'FAIL' }]);
    expect(complaints[0]?.found).toMatch(/webhooks\/crm.*map\.to.* is not a JSONata expression/);
    expect(findings.map(({ check }) => check)).toContain('events');
  });

  it('warns about short secrets without showing them', async () => {
    const { complaints, well } = await diagnose({
      ...at(simulator.url),
      'keys/web': { secret: 'Zq9x-15-letters' },
      'keys/good': { secret: 'Zq9x-16-letters.' },
      'webhooks/crm': { source: 'kommo', secret: ['Zq9x-16-letters.', 'Zq9x'] },
    });
    expect(complaints).toEqual(
      ['keys/web', 'webhooks/crm'].map((name) => ({
        subject: 'settings',
        check: 'settings',
        mark: 'WARN',
        found: `${name} has a secret of fewer than 16 characters, which can be guessed`,
        cure: expect.stringContaining('openssl rand -hex 24'),
      })),
    );
    expect(JSON.stringify(complaints)).not.toContain('Zq9x');
    expect(well).toBe(true);
  });

  it('warns when there is no key', async () => {
    const { 'keys/web': _, ...settings } = at(simulator.url);
    const { complaints, well } = await diagnose(settings);
    expect(complaints).toMatchObject([{ check: 'settings', mark: 'WARN' }]);
    expect(well).toBe(true);
  });

  it('fails when a route allows only numbers that it cannot dial', async () => {
    const to = { country: 'RU', allow: ['+44'], dialAs: '8{national}' };
    const { complaints } = await diagnose(settingsFor({ url: simulator.url, ...USER }, { to }));
    expect(complaints).toMatchObject([{ check: 'dialplan', mark: 'FAIL' }]);
    expect(complaints[0]?.found).toMatch(/numbers of its own country code only/);
  });

  it.each([
    ['4200', {}],
    ['3200/boss', { agents: '.*' }],
    ['112', { agents: undefined, first: 'customer', channel: 'PJSIP/{to}@trunk' }],
  ])('fails when the route refuses the agent of --agent: %s', async (agent, more) => {
    const settings = settingsFor({ url: simulator.url, ...USER }, { context: 'OUT_EXT2', ...more });
    const { complaints, well } = await diagnose(settings, { agent });
    expect(complaints).toMatchObject([{ check: 'dialplan', mark: 'FAIL' }]);
    expect(complaints[0]?.found).toContain(`the rules of the route refuse the agent ${agent}`);
    expect(complaints[0]?.cure).toMatch(/"agents" of routes\/default/);
    expect(well).toBe(false);
  });

  it.each([
    ['+7495123', /not a valid phone number/],
    ['4951234567 ext. 3', /has an extension, which is not dialled/],
    ['+442079460000', /does not call that country/],
  ])('fails when the route refuses the number of --to: %s', async (to, message) => {
    const settings = settingsFor({ url: simulator.url, ...USER }, { context: 'OUT_EXT2' });
    const { complaints, well } = await diagnose(settings, { to });
    expect(complaints).toMatchObject([{ check: 'dialplan', mark: 'FAIL' }]);
    expect(complaints[0]?.found).toContain(`the rules of the route refuse ${to}`);
    expect(complaints[0]?.found).toMatch(message);
    expect(complaints[0]?.cure).toMatch(/"to" of routes\/default, or use --to with a number/);
    expect(well).toBe(false);
  });

  it('checks the dialplan for the agent of --agent when the route allows it', async () => {
    const settings = settingsFor({ url: simulator.url, ...USER }, { context: 'OUT_EXT2' });
    expect((await diagnose(settings, { agent: '3207' })).complaints).toEqual([]);
  });

  it.each<[channel: string, server: string, may: string[], mark: string | undefined]>([
    ['SIP/{agent}', 'Asterisk/22.10.1', [], 'FAIL'],
    ['SIP/{agent}', 'Asterisk/21.0.0', ['PJSIPQualify'], 'FAIL'],
    ['SIP/{to}@trunk', 'Asterisk', ['PJSIPQualify'], 'FAIL'],
    ['sip/{agent}', 'Asterisk', ['PJSIPQualify'], 'FAIL'],
    ['SIP/{agent}', 'Asterisk/20.9.3', [], 'WARN'],
    ['SIP/{agent}', 'Asterisk/19.8.1', [], 'WARN'],
    ['SIP/{agent}', 'Asterisk/certified-20.7-cert11', [], 'WARN'],
    ['SIP/{agent}', 'Asterisk/18.26.4', [], 'SKIP'],
    ['SIP/{agent}', 'Asterisk/certified/18.9-cert18', [], 'SKIP'],
    ['SIP/{agent}', 'Asterisk/16.28.0~dfsg-0+deb11u10', [], 'SKIP'],
    ['SIP/{agent}', 'Asterisk/certified-22.8-cert3', [], 'FAIL'],
    ['SIP/{agent}', 'Asterisk/GIT-master-1a2b3c4', [], 'FAIL'],
    ['SIP/{agent}', 'Asterisk/GIT-18-1a2b3c4', [], 'SKIP'],
    ['SIP/{agent}', 'Asterisk', [], 'SKIP'],
    ['PJSIP/{agent}', 'Asterisk', [], undefined],
    ['SIP/{agent}', 'Asterisk/20.9.3', ['SIPpeers', 'PJSIPQualify'], 'OK'],
    ['PJSIP/{agent}', 'Asterisk/22.10.1', ['PJSIPQualify'], 'OK'],
    ['PJSIP/{agent}', 'Asterisk/22.10.1', [], undefined],
    ['PJSIP/{agent}', 'Asterisk/16.28.0', ['SIPpeers'], 'FAIL'],
    ['Local/{agent}@phones', 'Asterisk/22.10.1', ['PJSIPQualify'], undefined],
    ['dahdi/g1/{agent}', 'Asterisk/22.10.1', ['PJSIPQualify'], undefined],
    ['SCCP/{agent}', 'Asterisk', [], undefined],
    ['PSJIP/{agent}', 'Asterisk/22.10.1', ['PJSIPQualify'], 'WARN'],
    ['Foo/{agent}', 'Asterisk', [], 'WARN'],
  ])('checks the technology of %s on %s for a user who sees %j: %s', (channel, server, may, mark) => {
    expect(checkTechnology(channel, 'default', { may: new Set(may), server })?.mark).toBe(mark);
  });

  it.each([
    ['PSJIP/{agent}', /does not know the channel technology PSJIP \(did you mean "PJSIP"\?\)/],
    ['Foo/{agent}', /does not know the channel technology Foo\. If/],
  ])('warns about a technology that may be mistyped: %s', async (channel, found) => {
    const settings = settingsFor({ url: simulator.url, ...USER }, { context: 'OUT_EXT2', channel });
    const { complaints, well } = await diagnose(settings);
    expect(complaints).toMatchObject([
      { check: 'channel', mark: 'WARN', subject: 'routes/default on pbx/main' },
    ]);
    expect(complaints[0]?.found).toMatch(found);
    expect(complaints[0]?.cure).toMatch(/core show channeltypes/);
    expect(well).toBe(true);
  });

  it.concurrent.each(['+7', '+7495', '+44', '+1', '+1212', '+49', '+380', '+99890', '+800', '+6723'])(
    'makes up a number that begins with %s',
    async (prefix) => {
      const to = { allow: [prefix] };
      const { findings } = await diagnose(
        settingsFor({ url: simulator.url, ...USER }, { to, context: 'OUT_EXT2' }),
      );
      expect(findings.find(({ check }) => check === 'dialplan')?.found).toContain(`has ${prefix}`);
    },
  );
});

const route = () => ({ channel: 'PJSIP/{agent}', context: 'callbacks', to: { allow: ['+7'] } });

describe('doctor, for the connection to the PBX', () => {
  const expectOne = async (
    pbx: PbxParameters,
    { check, found, cure }: { check: string; found: RegExp; cure: RegExp },
  ) => {
    const { complaints, well } = await diagnose(settingsFor(pbx));
    expect(complaints).toMatchObject([{ check, mark: 'FAIL' }]);
    expect(complaints[0]?.found).toMatch(found);
    expect(complaints[0]?.cure).toMatch(cure);
    expect(well).toBe(false);
  };

  it('reports a closed port', async () => {
    const gone = await answering(200, {});
    await gone[Symbol.asyncDispose]();
    await expectOne(
      { url: gone.url, ...USER },
      { check: 'reach', found: /ECONNREFUSED/, cure: /nothing listens on port \d+/ },
    );
  });

  it('reports a firewall that drops packets', async () => {
    await using hole = await blackHole();
    await expectOne(
      { url: `http://127.0.0.1:${hole.port}`, ...USER },
      { check: 'reach', found: /nothing within 3000 ms/, cure: /firewall/ },
    );
  });

  it.each(['http', 'https'])('reports a port of AMI over TCP for a url with %s', async (scheme) => {
    await using ami = await listen((socket) => socket.write('Asterisk Call Manager/11.0.0\r\n'));
    await expectOne(
      { url: `${scheme}://127.0.0.1:${ami.port}`, ...USER },
      {
        check: scheme === 'http' ? 'ajam' : 'tls',
        found: /port \d+ is AMI over TCP \("Asterisk Call Manager\/11\.0\.0"\)/,
        cure: /the port of Asterisk's HTTP server/,
      },
    );
  });

  it('reports a port that does not answer', async () => {
    await using mute = await listen();
    await expectOne(
      { url: `http://127.0.0.1:${mute.port}`, ...USER },
      {
        check: 'ajam',
        found: /no answer within 5 s/,
        cure: /a device on the network path drops the traffic/,
      },
    );
  });

  it('finds the prefix that manager-conf writes', async () => {
    await using pbx = await proxyTo(simulator.url, { prefix: '/telephony' });
    await expectOne(
      { url: pbx.url, ...USER },
      {
        check: 'ajam',
        found: /AJAM is at \/telephony\/rawman/,
        cure: /write http:\S+\/telephony as the url/,
      },
    );
  });

  it('reports a name that does not resolve', () =>
    expectOne(
      { url: 'https://pbx.invalid:8089', ...USER },
      { check: 'address', found: /does not resolve/, cure: /correct the host/ },
    ));

  it.each<[string, Parameters<typeof answering>, RegExp, RegExp]>([
    ['a web page', [200, { 'content-type': 'text/html' }, '<h1>Hello</h1>'], /is not AJAM/, /another server/],
    ['some text', [200, { 'content-type': 'text/plain' }, 'It works!'], /is not AJAM/, /another server/],
    ['another server without that path', [404, { server: 'nginx' }], /404 from nginx/, /another server/],
    [
      'a redirect',
      [301, { location: 'https://pbx.example.com/rawman?x=1' }],
      /redirects .* to https:\/\/pbx.example.com\/rawman$/,
      /write this address as the url/,
    ],
    ['a path ACL', [403, { server: 'Asterisk' }], /HTTP 403/, /ACL of http.conf/],
    ['a proxy that asks for a login', [401, {}], /HTTP 401/, /a proxy in front/],
    [
      'a proxy whose Asterisk is down',
      [502, { server: 'nginx' }],
      /HTTP 502 from nginx/,
      /log of Asterisk, or of the proxy/,
    ],
  ])('reports %s', async (_what, answer, found, cure) => {
    await using server = await answering(...answer);
    await expectOne({ url: server.url, ...USER }, { check: 'ajam', found, cure });
  });

  it.each<[string, string[], string]>([
    ['http://pbx.example.com:8088', ['203.0.113.7', '8.8.8.8'], 'FAIL'],
    ['http://pbx.example.com:8088', ['2a00:1450::5'], 'FAIL'],
    ['http://pbx.example.com:8088', ['10.1.2.3'], 'WARN'],
    ['http://pbx.example.com:8088', ['fd00::5'], 'WARN'],
    ['http://localhost:8088', ['127.0.0.1', '::1'], 'OK'],
    ['https://pbx.example.com:8089', ['8.8.8.8'], 'OK'],
  ])('checks the address %s at %j: %s', (url, addresses, mark) => {
    expect(checkAddress(new URL(url), addresses).mark).toBe(mark);
  });

  it.each([
    ['Asterisk/22.10.1', 'OK'],
    ['Asterisk/22.10.1+dfsg+~cs6.17-1', 'OK'],
    ['Asterisk/24.0.0', 'OK'],
    ['Asterisk/22.11.0-rc1', 'OK'],
    ['Asterisk/GIT-master-1a2b3c4M', 'OK'],
    ['Asterisk/master-1a2b3c4', 'OK'],
    ['Asterisk/GIT-22-1a2b3c4', 'OK'],
    ['Asterisk/certified-22.8-cert3', 'WARN'],
    ['Asterisk/certified/18.9-cert18', 'WARN'],
    ['Asterisk/certified-18.9-cert10', 'WARN'],
    ['Asterisk/certified-20.7-cert1', 'WARN'],
    ['Asterisk/certified-23.9-cert1', 'OK'],
    ['Asterisk', 'OK'],
    ['', 'OK'],
    ['Asterisk/22.10.0', 'WARN'],
    ['Asterisk/20.9.1', 'WARN'],
    ['Asterisk/18.26.4', 'WARN'],
    ['Asterisk/16.28.0~dfsg-0+deb11u10', 'WARN'],
  ])('knows the holes of the version in "Server: %s": %s', (server, mark) => {
    expect(checkVersion(server).mark).toBe(mark);
  });

  it.each([
    ['Asterisk/certified-22.8-cert3', ['GHSA-3rhj-hhw7-m6fw']],
    ['Asterisk/certified/18.9-cert18', ['GHSA-3rhj-hhw7-m6fw']],
    ['Asterisk/certified-18.9-cert10', ['GHSA-3rhj-hhw7-m6fw', 'CVE-2024-42365']],
    ['Asterisk/certified-20.7-cert2', ['GHSA-3rhj-hhw7-m6fw']],
    ['Asterisk/18.24.1', ['GHSA-3rhj-hhw7-m6fw', 'CVE-2024-42365']],
    ['Asterisk/18.24.2', ['GHSA-3rhj-hhw7-m6fw']],
  ])('names the version and the holes of "Server: %s"', (server, holes) => {
    const { found } = checkVersion(server);
    expect(found).toContain(server.replace('/', ' '));
    expect(found.match(/GHSA-[\w-]+|CVE-[\d-]+/g)).toEqual(holes);
  });
});

describe('doctor, for a PBX that goes away', () => {
  it('reports it, and exits with a failure', async () => {
    await using pbx = await startSimulator({ users: [{ ...USER, read: 'call', write: 'originate' }] });
    pbx.faults.add({ fault: { kind: 'drop before executing' }, when: 'ListCommands' });
    const { complaints, well } = await diagnose(at(pbx.url));
    expect(complaints).toMatchObject([{ check: 'rest', mark: 'FAIL' }]);
    expect(well).toBe(false);
  });
});

describe('npx asterisk-callback doctor', () => {
  it('prints a line for each check, without colour in a pipe', async () => {
    const { status, output } = await runTool('doctor', ['--settings', await fileOf(at(simulator.url))]);
    expect(output).toMatch(/^settings\n {2}OK {4}settings/);
    expect(output).toMatch(/\n {2}OK {4}login {8}as callback\n/);
    expect(output).toMatch(/\n0 failed, 0 warnings, \d+ passed\.\n$/);
    expect(output).not.toContain('\u001b');
    expect(output).not.toContain(USER.secret);
    expect(status).toBe(0);
  });

  it('prints colours with FORCE_COLOR', async () => {
    const { output } = await runTool('doctor', ['--settings', await fileOf(at(simulator.url))], {
      env: { FORCE_COLOR: '1' },
    });
    expect(output).toContain('\u001b[32mOK');
  });

  it('prints what to do, and exits with 1, when a check fails', async () => {
    const settings = { ...at(simulator.url), 'pbx/main/secret': 'another-secret' };
    const { status, output } = await runTool('doctor', ['--settings', await fileOf(settings)]);
    expect(output).toMatch(/FAIL {2}login .*\n +→ .*Compare username and secret/);
    expect(output).toMatch(/\n1 failed, 0 warnings, \d+ passed/);
    expect(output).not.toContain('another-secret');
    expect(status).toBe(1);
  });

  it('prints one JSON object with --json', async () => {
    const { status, stdout } = await runTool('doctor', [
      '--json',
      '--settings',
      await fileOf(at(simulator.url)),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      findings: expect.arrayContaining([
        expect.objectContaining({ subject: 'pbx/main', check: 'login', mark: 'OK' }),
      ]),
    });
    expect(status).toBe(0);
  });

  /** Only the stage `prod` has settings. */
  async function ofStage(stage: string) {
    const store = await startTestStore('/asterisk-callback/prod', at(simulator.url));
    try {
      return await runTool('doctor', ['--stage', stage], { env: environmentFor(store.url) });
    } finally {
      await store.close();
    }
  }

  it('reads the settings of a stage', async () => {
    const { status, output } = await ofStage('prod');
    expect(output).toMatch(/\/asterisk-callback\/prod is valid/);
    expect(status).toBe(0);
  });

  it('names the command that writes settings to an empty stage', async () => {
    const { status, output } = await ofStage('prd');
    expect(output).toMatch(/FAIL {2}settings +there are no settings under \/asterisk-callback\/prd\n/);
    expect(output).toContain('`npx asterisk-callback settings push FILE --stage prd`');
    expect(output).not.toContain('put-parameter');
    expect(status).toBe(1);
  });

  it('asks for settings when none are given', async () => {
    const { status, output } = await runTool('doctor', []);
    expect(output).toMatch(/--settings FILE or --stage NAME/);
    expect(status).toBe(1);
  });
});
