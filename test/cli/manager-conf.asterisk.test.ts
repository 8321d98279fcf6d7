import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AjamSession, isAjamError } from '../../lib/ajam/index.ts';
import { WarmSessions } from '../../lib/asterisk/session-pool.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { cancelCall } from '../../lib/calls/control-callback.ts';
import { placeCallback } from '../../lib/calls/place-callback.ts';
import type { Services } from '../../lib/calls/services.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { DEFAULT_AGENTS } from '../../lib/settings/route-settings.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';
import { describeOnAsterisk, readInvites } from '../support/asterisk/index.ts';
import type { Pbx } from '../support/asterisk/types.ts';
import { ownPbxes } from '../support/cli/own-pbx.ts';
import { diagnose } from '../support/cli/patient.ts';
import { runTool } from '../support/cli/run-tool.ts';

const SCRIPT = fileURLToPath(new URL('../../cli/asterisk-callback.js', import.meta.url));
const LEAST = ['--user', 'lambda', '--permit', '10.0.0.1'];
const FILES = ['manager.conf', 'http.conf', 'extensions.conf'];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-conf-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** An Asterisk whose files are those that the tool writes, to the letter. */
const generated = (name: string, options: readonly string[]) => {
  const out = () => join(dir, name);
  const generate = (pbx: Pbx) => {
    const here = {
      port: new URL(pbx.httpsUrl).port,
      'ami-port': String(pbx.amiPort),
      host: '127.0.0.1',
      bind: '127.0.0.1',
      cert: '/etc/asterisk/server.crt',
      key: '/etc/asterisk/server.key',
      'asterisk-version': pbx.version,
      trunk: 'customers',
      country: 'RU',
      allow: '+7495',
      out: out(),
    };
    const given = Object.entries(here).flatMap(([option, value]) => [`--${option}`, value]);
    execFileSync(process.execPath, [SCRIPT, 'manager-conf', '--user', 'lambda', ...options, ...given]);
  };
  let done = false;
  return {
    edit: (file: string, text: string, pbx: Pbx): string => {
      if (!done) generate(pbx);
      done = true;
      return FILES.includes(file) ? readFileSync(join(out(), file), 'utf8') : text;
    },
    /** The settings that were written with them, and the certificate that is not there before this Asterisk is. */
    settings: async (pbx: Pbx): Promise<Record<string, unknown>> => ({
      ...JSON.parse(await readFile(join(out(), 'settings.json'), 'utf8')),
      'pbx/main/ca': pbx.ca,
    }),
  };
};

function servicesOf(settings: Settings): Services {
  return {
    settings: { get: async () => settings, refresh: async () => settings },
    sessions: new WarmSessions(),
  };
}

describeOnAsterisk('the generated configuration', ({ version }) => {
  const plain = generated(`plain-${version}`, ['--permit', '127.0.0.1']);
  const control = generated(`control-${version}`, ['--permit', '127.0.0.0/8', '--control']);
  const elsewhere = generated(`elsewhere-${version}`, [
    '--permit',
    '192.0.2.0/24',
    '--permit',
    '2001:db8::/32',
  ]);
  // Whatever the doctor complains of while it boots: it is up when nothing is left.
  const isWell = (own: typeof plain) => async (pbx: Pbx) => (await diagnose(await own.settings(pbx))).well;
  const hasTls = (own: typeof plain) => async (pbx: Pbx) => {
    const { findings } = await diagnose(await own.settings(pbx));
    return findings.some(({ check, mark }) => check === 'tls' && mark === 'OK');
  };
  const pbxes = ownPbxes(version, {
    plain: { edit: plain.edit, answers: isWell(plain) },
    control: { edit: control.edit, answers: isWell(control) },
    elsewhere: { edit: elsewhere.edit, answers: hasTls(elsewhere) },
  });

  it.each([
    ['as it is', plain, () => pbxes.plain],
    ['with --control', control, () => pbxes.control],
  ] as const)('pleases the doctor in everything: %s', async (_what, own, pbx) => {
    const { findings, well } = await diagnose(await own.settings(pbx()));
    expect(findings.filter(({ mark }) => mark !== 'OK')).toEqual([]);
    expect(well).toBe(true);
  });

  it('keeps other addresses out', async () => {
    const { complaints } = await diagnose(await elsewhere.settings(pbxes.elsewhere));
    expect(complaints.map(({ check }) => check)).toEqual([version === '22' ? 'ajam' : 'login']);
  });

  it('serves nothing without TLS', async () => {
    await expect(fetch(pbxes.plain.httpUrl)).rejects.toThrow();
    await expect(fetch(pbxes.plain.httpsUrl.replace('https', 'http'))).rejects.toThrow();
  });

  it('places a call, and follows it until both have answered', async () => {
    const services = servicesOf(parseSettings(await control.settings(pbxes.control)));
    const parsed = parseCallbackRequest({ to: '+74951234500', agent: '3200', wait: 'connected' });
    if (!parsed.ok) throw new Error('not a request');
    const id = newCallbackId();
    const deadline = Deadline.in(15_000);
    const { callback } = await placeCallback(services, parsed.request, { id, deadline });
    expect(callback).toMatchObject({
      status: 'in-progress',
      legs: { first: { status: 'answered' }, second: { status: 'answered' } },
    });
    const invites = await readInvites(pbxes.control);
    expect(JSON.stringify(invites)).toContain('+74951234500');
    await cancelCall(services, id, { deadline, mayUseRoute: () => true });
    await services.sessions.close();
  });

  it('tells a busy customer from one who does not answer, with the filtered events', async () => {
    const services = servicesOf(parseSettings(await plain.settings(pbxes.plain)));
    const parsed = parseCallbackRequest({ to: '+74951234501', agent: '3200', wait: 'completed' });
    if (!parsed.ok) throw new Error('not a request');
    const { callback } = await placeCallback(services, parsed.request, {
      id: newCallbackId(),
      deadline: Deadline.in(15_000),
    });
    expect(callback).toMatchObject({ status: 'busy', legs: { second: { status: 'busy', cause: 17 } } });
    await services.sessions.close();
  });

  it.each([
    ['a command of the CLI', 'Command', { Command: 'core show version' }],
    ['reading configuration', 'GetConfig', { Filename: 'manager.conf' }],
    ['writing configuration', 'UpdateConfig', { SrcFilename: 'manager.conf', DstFilename: 'manager.conf' }],
    ['making a configuration file', 'CreateConfig', { Filename: 'new.conf' }],
    ['loading a module', 'ModuleLoad', { LoadType: 'load', Module: 'app_system.so' }],
    ['reloading', 'Reload', {}],
    [
      'writing the dialplan',
      'DialplanExtensionAdd',
      { Context: 'callbacks', Extension: '1', Priority: '1', Application: 'System' },
    ],
    ['writing the database', 'DBPut', { Family: 'a', Key: 'b', Val: 'c' }],
    ['lifting its filter', 'Filter', { Operation: 'Add', Filter: 'Event: .*' }],
    [
      'a program by Originate',
      'Originate',
      { Channel: 'Local/1@callbacks', Application: 'System', Data: 'true', Async: 'true' },
    ],
    [
      'a program by way of another application',
      'Originate',
      { Channel: 'Local/1@callbacks', Application: 'TryExec', Data: 'System(true)', Async: 'true' },
    ],
  ])('refuses its user %s', async (_what, action, headers) => {
    for (const [own, pbx] of [
      [plain, pbxes.plain],
      [control, pbxes.control],
    ] as const) {
      const {
        pbx: { main },
      } = parseSettings(await own.settings(pbx));
      if (!main) throw new Error('no PBX');
      const session = await AjamSession.open(main);
      const error: unknown = await session.send({ action, headers }).catch((refusal: unknown) => refusal);
      await session.logoff();
      expect(isAjamError(error, 'AJAM_PERMISSION') && error.asteriskMessage).toMatch(
        /^Permission denied$|Forbidden/,
      );
    }
  });
});

describe('npm run manager-conf', () => {
  it('writes files that others cannot read, and overwrites none', async () => {
    const out = join(dir, 'files');
    const args = ['--user', 'lambda', '--permit', '203.0.113.7', '--allow', '+7', '--out', out];
    const { status, output } = await runTool('manager-conf', args);
    const settings = JSON.parse(await readFile(join(out, 'settings.json'), 'utf8'));
    expect(status).toBe(0);
    expect((await stat(join(out, 'manager.conf'))).mode & 0o077).toBe(0);
    expect(output).not.toContain(settings['pbx/main/secret']);
    expect(parseSettings(settings).routes['default']?.to.allow).toEqual(['+7']);
    const again = await runTool('manager-conf', args);
    expect(again.output).toMatch(/manager\.conf was not written \(EEXIST\)/);
    expect(again.status).toBe(1);
  });

  it.each([
    ['a file', 'there-is-a-file', /there-is-a-file is no folder: choose an empty folder\.$/m],
    ['below a file', 'there-is-a-file/pbx', /pbx cannot be made \(ENOTDIR\): choose an empty folder\.$/m],
  ])('says in a line that it cannot write into %s', async (_what, name, said) => {
    await writeFile(join(dir, 'there-is-a-file'), '');
    const out = join(dir, name);
    const { status, output } = await runTool('manager-conf', [...LEAST, '--out', out]);
    expect(output).toMatch(said);
    expect(output).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });

  const settingsOf = (stdout: string) => parseSettings(JSON.parse(/^\{[\s\S]*^\}/m.exec(stdout)?.[0] ?? ''));

  it('writes the country and the agents into the route', async () => {
    const given = ['--allow', '+44', '--country', 'gb', '--agents', '^3[0-9]{3}$'];
    const { stdout, output } = await runTool('manager-conf', [...LEAST, ...given]);
    expect(settingsOf(stdout).routes['default']).toMatchObject({
      agents: '^3[0-9]{3}$',
      to: { country: 'GB', allow: ['+44'] },
    });
    expect(output).not.toMatch(/has no country/);
  });

  it('says what is missing without a country, and lets no emergency number be an agent', async () => {
    const { stdout, output } = await runTool('manager-conf', [...LEAST, '--allow', '+44']);
    expect(output).toMatch(/The route has no country: .* only with "\+".*--country/);
    expect(JSON.parse(/^\{[\s\S]*^\}/m.exec(stdout)?.[0] ?? '')['routes/default'].agents).toBe(
      DEFAULT_AGENTS,
    );
  });

  it('prints all of it, with a new secret each time', async () => {
    const print = () =>
      runTool('manager-conf', ['--user', 'lambda', '--permit', '2001:db8::7', '--asterisk-version', '16']);
    const [first, second] = await Promise.all([print(), print()]);
    const secret = /^secret = (\S{43})$/m;
    expect(first.stdout).toMatch(secret);
    expect(secret.exec(first.stdout)?.[1]).not.toBe(secret.exec(second.stdout)?.[1]);
    expect(first.stdout).toMatch(/^permit = 2001:db8::7\/128$/m);
    expect(first.stdout).toMatch(/^write = originate$/m);
    expect(first.stdout).not.toContain('type = restriction');
    expect(first.output).toMatch(/lets no number through yet/);
  });

  it('lets every event through that an outcome is made of', async () => {
    const { stdout } = await runTool('manager-conf', ['--user', 'lambda', '--permit', '10.0.0.1']);
    const [, filter = ''] = /^eventfilter = (.*)$/m.exec(stdout) ?? [];
    const source = await readFile(new URL('../../lib/outcome/add-event.ts', import.meta.url), 'utf8');
    const observed = [...source.matchAll(/^ +case '(\w+)':/gm)].map(([, event]) => event);
    expect(observed).toContain('DialEnd');
    for (const event of observed) expect(`Event: ${event}\r\n`).toMatch(new RegExp(filter));
  });

  it('says first that no file is to be put in the place of a dialplan, and where FreePBX has its own', async () => {
    const { stdout } = await runTool('manager-conf', LEAST);
    const file = (name: string) => stdout.split(`; ---------- ${name} ----------\n`)[1] ?? '';
    expect(file('extensions.conf')).toMatch(
      /^; To be appended .* extensions_custom\.conf\.\n; NEVER .* in its place/,
    );
    expect(file('manager.conf')).toMatch(
      /^; If you have one already: .*\n; on FreePBX, to manager_custom\.conf/,
    );
  });

  it.each(['2001:db8::7', '[2001:db8::7]'])('takes an address of IPv6 for the host: %s', async (host) => {
    const { stdout } = await runTool('manager-conf', [...LEAST, '--allow', '+44', '--host', host]);
    expect(stdout).toContain('-subj "/CN=2001:db8::7" -addext "subjectAltName=IP:2001:db8::7"');
    expect(settingsOf(stdout).pbx['main']?.url).toBe('https://[2001:db8::7]:8089/telephony');
    expect(stdout).toContain('tlsbindaddr = [::]:8089');
  });

  it('puts a certificate into the settings, and nothing else of its file', async () => {
    const { ca, server } = await makeCertificates();
    await writeFile(join(dir, 'ca.crt'), `Subject: CN=Test\n${ca}\n${server.cert}`);
    const { stdout } = await runTool('manager-conf', [
      ...LEAST,
      '--allow',
      '+44',
      '--ca',
      join(dir, 'ca.crt'),
    ]);
    expect(settingsOf(stdout).pbx['main']?.ca).toBe(ca + server.cert);
  });

  it('refuses what is no certificate, and shows nothing of it', async () => {
    const { ca, server } = await makeCertificates();
    const files: [text: string, said: RegExp][] = [
      ['', /PEM form/],
      ['-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n', /PEM form/],
      [ca + server.key, /holds a private key/],
    ];
    const file = join(dir, 'none.crt');
    for (const [text, said] of files) {
      await writeFile(file, text);
      const { status, output } = await runTool('manager-conf', [...LEAST, '--ca', file]);
      expect(output).toMatch(said);
      expect(output).not.toMatch(/hunter2|BEGIN \w* ?PRIVATE/);
      expect(status).toBe(1);
    }
    const { output } = await runTool('manager-conf', [...LEAST, '--ca', join(dir, 'nowhere.crt')]);
    expect(output).toMatch(/cannot be read \(ENOENT\): check its path/);
  });

  it('says loudly that everybody may try to log in', async () => {
    const { stdout } = await runTool('manager-conf', ['--user', 'lambda', '--permit', '0.0.0.0/0']);
    expect(stdout).toMatch(/EVERY address may try/);
  });

  it.each([
    [['--user', 'general', '--permit', '10.0.0.1'], /is no user/],
    [['--user', 'General', '--permit', '10.0.0.1'], /is no user/],
    [[...LEAST, '--context', 'general'], /is no context/],
    [[...LEAST, '--context', 'Globals'], /is no context/],
    [[...LEAST, '--host', '[2001:db8::7'], /host name/],
    [[...LEAST, '--port', '5038'], /--port and --ami-port are both 5038/],
    [[...LEAST, '--host', '2001:db8::7::1'], /host name/],
    [[...LEAST, '--host', 'fe80::1%eth0'], /host name/],
    [['--user', 'a b', '--permit', '10.0.0.1'], /letters, digits/],
    [['--user', 'a]\nwrite=all', '--permit', '10.0.0.1'], /letters, digits/],
    [['--user', 'a', '--permit', '10.0.0.1/33'], /CIDR block/],
    [['--user', 'a', '--permit', 'everybody'], /CIDR block/],
    [['--user', 'a'], /--permit/],
    [['--user', 'a', '--permit', '10.0.0.1', '--allow', '7'], /"\+" and digits/],
    [['--user', 'a', '--permit', '10.0.0.1', '--host', 'a/b'], /host name/],
    [['--user', 'a', '--permit', '10.0.0.1', '--cert', 'a; b'], /absolute path/],
    [['--user', 'a', '--permit', '10.0.0.1', '--port', '70000'], /1 to 65535/],
    [['--user', 'a', '--permit', '10.0.0.1', '--country', 'UK'], /ISO 3166.*such as GB/],
    [['--user', 'a', '--permit', '10.0.0.1', '--country', 'Russia'], /ISO 3166/],
    [['--user', 'a', '--permit', '10.0.0.1', '--agents', '^[0-9'], /regular expression/],
  ])('refuses %j', async (args, said) => {
    const { status, output } = await runTool('manager-conf', args);
    expect(output).toMatch(said);
    expect(status).toBe(1);
  });
});
