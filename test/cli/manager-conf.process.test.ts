import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { DEFAULT_AGENTS } from '../../lib/settings/route-settings.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';
import { runTool } from '../support/cli/run-tool.ts';

const LEAST = ['--user', 'lambda', '--permit', '10.0.0.1'];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-conf-'));
});
afterAll(() => rm(dir, { recursive: true }));

const out = (name: string): string => join(dir, name);
const readSettings = async (folder: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8'));

describe('npx asterisk-callback manager-conf --out', () => {
  const args = ['--user', 'lambda', '--permit', '203.0.113.7', '--allow', '+7'];

  it('writes files that other users cannot read, and prints no secret', async () => {
    const { status, output } = await runTool('manager-conf', [...args, '--out', out('files')]);
    const settings = await readSettings(out('files'));
    expect(status).toBe(0);
    for (const name of [
      'manager_callback.conf',
      'http_callback.conf',
      'extensions_callback.conf',
      'settings.json',
    ])
      expect((await stat(join(out('files'), name))).mode & 0o077).toBe(0);
    expect(output).not.toContain(settings['pbx/main/secret']);
    expect(parseSettings(settings).routes['default']?.to.allow).toEqual(['+7']);
  });

  it('prints the next steps, down to the doctor', async () => {
    const { stdout } = await runTool('manager-conf', [...args, '--out', out('steps')]);
    expect(stdout).toMatch(/as root:\n[\s\S]*#include http_callback\.conf[\s\S]*module reload http/);
    expect(stdout).toContain('first copy a certificate to /etc/asterisk/keys/callback.crt');
    expect(stdout).toContain(
      `npx asterisk-callback doctor --settings ${join(out('steps'), 'settings.json')}`,
    );
  });

  it('keeps secrets and the changes of the user in a second run', async () => {
    const first = await runTool('manager-conf', [...args, '--out', out('twice')]);
    const settings = await readSettings(out('twice'));
    const edited = {
      ...settings,
      'routes/default': { ...Object(settings['routes/default']), channel: 'SIP/{agent}', timeoutSeconds: 20 },
      'routes/sales': settings['routes/default'],
    };
    await writeFile(join(out('twice'), 'settings.json'), JSON.stringify(edited));

    const more = [
      '--host',
      'pbx.internal',
      '--agents',
      '^4[0-9]{3}$',
      '--country',
      'RU',
      '--out',
      out('twice'),
    ];
    const second = await runTool('manager-conf', [...args.with(5, '+7495'), ...more]);
    expect(second).toMatchObject({
      status: 0,
      output: expect.stringContaining('secrets of the earlier run are kept'),
    });
    expect(first.output).not.toContain('earlier run');
    const { 'routes/default': route } = edited;
    expect(await readSettings(out('twice'))).toEqual({
      ...edited,
      'pbx/main/url': 'https://pbx.internal:8089/telephony',
      'routes/default': {
        ...route,
        agents: '^4[0-9]{3}$',
        to: { country: 'RU', allow: ['+7495'], dialAs: '{e164}' },
      },
    });
    const manager = await readFile(join(out('twice'), 'manager_callback.conf'), 'utf8');
    expect(manager).toContain(`secret = ${settings['pbx/main/secret']}\n`);
  });

  it.each([
    { name: 'http_callback.conf', text: '[general]\nenabled = yes\n' },
    { name: 'settings.json', text: '{"pbx/main/url": ' },
    { name: 'settings.json', text: '{"name": "of another program"}' },
  ])('overwrites no $name of somebody else', async ({ name, text }) => {
    const folder = out(`other-${crypto.randomUUID()}`);
    await mkdir(folder);
    await writeFile(join(folder, name), text);
    const { status, output } = await runTool('manager-conf', [...args, '--out', folder]);
    expect(output).toContain('is not overwritten. Choose another folder.');
    expect(status).toBe(1);
    expect(await readdir(folder)).toEqual([name]);
    expect(await readFile(join(folder, name), 'utf8')).toBe(text);
  });

  it.each([
    ['a file', 'there-is-a-file', /there-is-a-file is not a folder\. Choose another folder\.$/m],
    ['below a file', 'there-is-a-file/pbx', /pbx cannot be created \(ENOTDIR\)\. Choose another folder\.$/m],
  ])('says that it cannot write into %s', async (_what, name, said) => {
    await writeFile(join(dir, 'there-is-a-file'), '');
    const { status, output } = await runTool('manager-conf', [...LEAST, '--out', out(name)]);
    expect(output).toMatch(said);
    expect(output).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });

  it.runIf(process.platform === 'linux')('ends when nobody can create the folder', async () => {
    const { status, output } = await runTool('manager-conf', [...LEAST, '--out', '/proc/x']);
    expect([status, output]).toEqual([1, '/proc/x cannot be created (ENOENT). Choose another folder.\n']);
  });
});

describe('npx asterisk-callback manager-conf --self-signed', () => {
  const args = [...LEAST, '--allow', '+7', '--self-signed', '--out'];
  const certificate = async (folder: string) => await readFile(join(folder, 'callback.crt'), 'utf8');

  it.each(['pbx.example.com', '203.0.113.9', '2001:db8::7'])(
    'makes a certificate for %s and its ca',
    async (host) => {
      const folder = out(`self-signed-${host}`);
      const { status, stdout } = await runTool('manager-conf', [...args, folder, '--host', host]);
      expect(status).toBe(0);
      const made = new X509Certificate(await certificate(folder));
      expect(isIP(host) ? made.checkIP(host) : made.checkHost(host)).toBeDefined();
      expect(made.checkPrivateKey(createPrivateKey(await readFile(join(folder, 'callback.key'))))).toBe(true);
      expect((await stat(join(folder, 'callback.key'))).mode & 0o077).toBe(0);
      expect((await readSettings(folder))['pbx/main/ca']).toBe(made.toString());
      expect(stdout).toContain('install -d -o asterisk -g asterisk -m 750 /etc/asterisk/keys\n');
      expect(stdout).toContain(
        'install -o asterisk -g asterisk -m 640 callback.key /etc/asterisk/keys/callback.key\n',
      );
    },
  );

  it('keeps the certificate in a second run, unless the host is another one', async () => {
    const folder = out('self-signed-twice');
    await runTool('manager-conf', [...args, folder, '--host', 'a.example.com']);
    const first = await certificate(folder);
    await runTool('manager-conf', [...args, folder, '--host', 'a.example.com', '--control']);
    expect(await certificate(folder)).toBe(first);
    await runTool('manager-conf', [...args, folder, '--host', 'b.example.com']);
    expect(await certificate(folder)).not.toBe(first);
    expect((await readSettings(folder))['pbx/main/ca']).toBe(await certificate(folder));
  });

  it('says what to do when openssl is missing', async () => {
    const { status, output } = await runTool('manager-conf', [...args, out('no-openssl'), '--host', 'pbx'], {
      env: { PATH: '/nowhere' },
    });
    expect(output).toContain('The program openssl is missing here. Install it');
    expect(status).toBe(1);
  });

  it.each([
    {
      title: 'without --out',
      more: ['--host', 'pbx.example.com'],
      says: /needs --host NAME .* and --out FOLDER/,
    },
    { title: 'without --host', more: ['--out', 'x'], says: /needs --host NAME/ },
    {
      title: 'with --ca',
      more: ['--host', 'pbx', '--out', 'x', '--ca', 'ca.crt'],
      says: /cannot be used with|cannot be read/,
    },
  ])('is refused $title', async ({ more, says }) => {
    const { status, output } = await runTool('manager-conf', [...LEAST, '--self-signed', ...more]);
    expect(output).toMatch(says);
    expect(status).toBe(1);
  });
});

describe('npx asterisk-callback manager-conf', () => {
  const settingsOf = (stdout: string) => parseSettings(JSON.parse(/^\{[\s\S]*^\}/m.exec(stdout)?.[0] ?? ''));

  it('writes country and agents into the route', async () => {
    const given = ['--allow', '+44', '--country', 'gb', '--agents', '^3[0-9]{3}$'];
    const { stdout, output } = await runTool('manager-conf', [...LEAST, ...given]);
    expect(settingsOf(stdout).routes['default']).toMatchObject({
      agents: '^3[0-9]{3}$',
      to: { country: 'GB', allow: ['+44'] },
    });
    expect(output).not.toMatch(/has no country/);
  });

  it('warns without --country, and allows no emergency number as an agent', async () => {
    const { stdout, output } = await runTool('manager-conf', [...LEAST, '--allow', '+44']);
    expect(output).toMatch(/The route has no country, so it accepts only numbers with "\+"\. With --country/);
    expect(JSON.parse(/^\{[\s\S]*^\}/m.exec(stdout)?.[0] ?? '')['routes/default'].agents).toBe(
      DEFAULT_AGENTS,
    );
  });

  it('prints everything, with a new secret each time', async () => {
    const print = () =>
      runTool('manager-conf', ['--user', 'lambda', '--permit', '2001:db8::7', '--asterisk-version', '16']);
    const [first, second] = await Promise.all([print(), print()]);
    const secret = /^secret = (\S{43})$/m;
    expect(first.stdout).toMatch(secret);
    expect(secret.exec(first.stdout)?.[1]).not.toBe(secret.exec(second.stdout)?.[1]);
    expect(first.stdout).toMatch(/^permit = 2001:db8::7\/128$/m);
    expect(first.stdout).toMatch(/^write = originate$/m);
    expect(first.stdout).not.toContain('type = restriction');
    expect(first.output).toMatch(/The route allows no number yet/);
  });

  it('writes a filter that passes every event of an outcome', async () => {
    const { stdout } = await runTool('manager-conf', ['--user', 'lambda', '--permit', '10.0.0.1']);
    const [, filter = ''] = /^eventfilter = (.*)$/m.exec(stdout) ?? [];
    const source = await readFile(new URL('../../lib/outcome/add-event.ts', import.meta.url), 'utf8');
    const observed = [...source.matchAll(/^ +case '(\w+)':/gm)].map(([, event]) => event);
    expect(observed).toContain('DialEnd');
    for (const event of observed) expect(`Event: ${event}\r\n`).toMatch(new RegExp(filter));
  });

  const sectionOf = (stdout: string, name: string): string =>
    stdout.split(`; ---------- ${name} ----------\n`)[1]?.split('; ----------')[0] ?? '';

  it('adds to the [general] of the PBX, because Asterisk ignores a second one', async () => {
    const { stdout } = await runTool('manager-conf', LEAST);
    for (const name of ['http_callback.conf', 'manager_callback.conf']) {
      const text = sectionOf(stdout, name);
      expect(text).toMatch(/^; Made by asterisk-callback manager-conf\. This file adds to \w+\.conf/);
      expect(text).toMatch(/^\[general\]\(\+\)$/m);
      expect(text).not.toMatch(/^\[general\]$/m);
    }
  });

  it.each([
    { prefix: undefined, sections: ['[/telephony]'], url: 'https://pbx.example.com:8089/telephony' },
    { prefix: 'asterisk', sections: ['[/asterisk]'], url: 'https://pbx.example.com:8089/asterisk' },
    {
      prefix: '',
      sections: ['[/rawman]', '[/arawman]', '[/manager]', '[/amanager]', '[/mxml]', '[/amxml]'],
      url: 'https://pbx.example.com:8089',
    },
  ])('names the access list after the prefix "$prefix"', async ({ prefix, sections, url }) => {
    const { stdout } = await runTool('manager-conf', [
      ...LEAST,
      ...['--allow', '+7'],
      ...(prefix === undefined ? [] : ['--prefix', prefix]),
    ]);
    const http = sectionOf(stdout, 'http_callback.conf');
    expect(http.match(/^\[\/.*\]$/gm)).toEqual(sections);
    expect(http.match(/^type = restriction$/gm)).toHaveLength(sections.length);
    expect(/^prefix = (.*)$/m.exec(http)?.[1]).toBe(prefix === '' ? undefined : (prefix ?? 'telephony'));
    expect(settingsOf(stdout).pbx['main']?.url).toBe(url);
  });

  it('leaves the addresses and the prefix of a FreePBX alone, and dials through its outbound routes', async () => {
    const { stdout } = await runTool('manager-conf', [...LEAST, '--allow', '+7', '--freepbx']);
    const http = sectionOf(stdout, 'http_callback.conf');
    expect(http).toMatch(/This file adds to http_custom\.conf/);
    expect(http).not.toMatch(/^(enabled|prefix) =/m);
    expect(sectionOf(stdout, 'manager_callback.conf')).not.toMatch(/^(bindaddr|port) =/m);
    expect(sectionOf(stdout, 'extensions_callback.conf')).toMatch(/Goto\(from-internal,\$\{EXTEN\},1\)/);
    expect(settingsOf(stdout).routes['default']?.to.dialAs).toBe('{digits}');
  });

  it('shows a certificate command that makes the folder and gives the key to the user asterisk', async () => {
    const keys = join(dir, 'new/keys');
    const { stdout } = await runTool('manager-conf', [
      ...LEAST,
      ...['--cert', join(keys, 'callback.crt'), '--key', join(keys, 'callback.key')],
    ]);
    const lines = sectionOf(stdout, 'http_callback.conf').match(/^; {3}.*$/gm) ?? [];
    const script = lines.slice(lines.findIndex((line) => line.includes('install -d')));
    const { username } = userInfo();
    const commands = script.map((line) => line.slice(1)).join('\n');
    expect(commands).toContain('chown asterisk:asterisk');
    execFileSync(
      'sh',
      [
        '-euc',
        commands
          .replaceAll(/-o asterisk -g asterisk/g, `-o ${username}`)
          .replaceAll('asterisk:asterisk', username),
      ],
      { stdio: 'ignore' },
    );
    expect((await stat(keys)).mode & 0o777).toBe(0o750);
    expect((await stat(join(keys, 'callback.key'))).mode & 0o777).toBe(0o640);
    expect(
      new X509Certificate(await readFile(join(keys, 'callback.crt'))).checkHost('pbx.example.com'),
    ).toBeDefined();
  });

  it.each(['2001:db8::7', '[2001:db8::7]'])('accepts an IPv6 address as the host: %s', async (host) => {
    const { stdout } = await runTool('manager-conf', [...LEAST, '--allow', '+44', '--host', host]);
    expect(stdout).toContain('-subj "/CN=2001:db8::7" -addext "subjectAltName=IP:2001:db8::7"');
    expect(settingsOf(stdout).pbx['main']?.url).toBe('https://[2001:db8::7]:8089/telephony');
    expect(stdout).toContain('tlsbindaddr = [::]:8089');
  });

  it('writes the certificate of --ca into the settings, and nothing else of its file', async () => {
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

  it('refuses a file that is not a certificate, and shows nothing of it', async () => {
    const { ca, server } = await makeCertificates();
    const files: [text: string, said: RegExp][] = [
      ['', /PEM form/],
      ['-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n', /PEM form/],
      [ca + server.key, /has a private key/],
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
    expect(output).toMatch(/cannot be read \(ENOENT\)\. Check its path/);
  });

  it('warns in manager.conf when every address may try to log in', async () => {
    const { stdout } = await runTool('manager-conf', ['--user', 'lambda', '--permit', '0.0.0.0/0']);
    expect(stdout).toMatch(/EVERY address may try/);
  });

  it.each([
    [['--user', 'general', '--permit', '10.0.0.1'], /is not a user/],
    [['--user', 'General', '--permit', '10.0.0.1'], /is not a user/],
    [[...LEAST, '--context', 'general'], /is not a context/],
    [[...LEAST, '--context', 'Globals'], /is not a context/],
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
