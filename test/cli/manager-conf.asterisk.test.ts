import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AjamSession, isAjamError } from '../../lib/ajam/index.ts';
import { SessionPool } from '../../lib/asterisk/session-pool.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { cancelCall } from '../../lib/calls/control-callback.ts';
import { placeCallback } from '../../lib/calls/place-callback.ts';
import type { Services } from '../../lib/calls/services.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { describeOnAsterisk, readInvites } from '../support/asterisk/index.ts';
import type { Pbx } from '../support/asterisk/types.ts';
import { ownPbxes } from '../support/cli/own-pbx.ts';
import { diagnose } from '../support/cli/patient.ts';
import { runTool } from '../support/cli/run-tool.ts';
import { type StockPbx, startStockPbx } from '../support/cli/stock-pbx.ts';
import { freePort } from '../support/debian/ports.ts';
import { openMemoryStore } from '../support/store/memory-store.ts';

const SCRIPT = fileURLToPath(new URL('../../cli/asterisk-callback.js', import.meta.url));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-conf-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** The configuration of a test's Asterisk with the additions of manager-conf. */
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
      const addition = join(out(), file.replace('.conf', '_callback.conf'));
      if (!existsSync(addition)) return text;
      // The dialplan of the tests has a context of the same name.
      return `${file === 'extensions.conf' ? '' : text}\n${readFileSync(addition, 'utf8')}`;
    },
    /** The settings of manager-conf, with the certificate, which exists only once Asterisk runs. */
    settings: async (pbx: Pbx): Promise<Record<string, unknown>> => ({
      ...JSON.parse(await readFile(join(out(), 'settings.json'), 'utf8')),
      'pbx/main/ca': pbx.ca,
    }),
  };
};

function servicesOf(settings: Settings): Services {
  return {
    settings: { get: async () => settings, refresh: async () => settings },
    sessions: new SessionPool(),
    store: openMemoryStore(),
  };
}

describeOnAsterisk('the configuration of manager-conf', ({ version }) => {
  const plain = generated(`plain-${version}`, ['--permit', '127.0.0.1']);
  const control = generated(`control-${version}`, ['--permit', '127.0.0.0/8', '--control']);
  const elsewhere = generated(`elsewhere-${version}`, [
    '--permit',
    '192.0.2.0/24',
    '--permit',
    '2001:db8::/32',
  ]);
  // Asterisk is up when the doctor finds nothing wrong.
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
    ['without options', plain, () => pbxes.plain],
    ['with --control', control, () => pbxes.control],
  ] as const)('passes every check of the doctor: %s', async (_what, own, pbx) => {
    const { findings, well } = await diagnose(await own.settings(pbx()));
    expect(findings.filter(({ mark }) => mark !== 'OK')).toEqual([]);
    expect(well).toBe(true);
  });

  it('refuses other addresses', async () => {
    const { complaints } = await diagnose(await elsewhere.settings(pbxes.elsewhere));
    expect(complaints.map(({ check }) => check)).toEqual([version === '22' ? 'ajam' : 'login']);
  });

  it('serves nothing without TLS', async () => {
    await expect(fetch(pbxes.plain.httpUrl)).rejects.toThrow();
    await expect(fetch(pbxes.plain.httpsUrl.replace('https', 'http'))).rejects.toThrow();
  });

  it('places a call and follows it until both parties have answered', async () => {
    const services = servicesOf(parseSettings(await control.settings(pbxes.control)));
    const parsed = parseCallbackRequest({ to: '+74951234500', agent: '3200', wait: 'connected' });
    if (!parsed.ok) throw new Error('not a request');
    const id = newCallbackId();
    const deadline = Deadline.in(15_000);
    const callback = await placeCallback(services, parsed.request, { id, principal: 'keys/test', deadline });
    expect(callback).toMatchObject({
      status: 'in-progress',
      legs: { first: { status: 'answered' }, second: { status: 'answered' } },
    });
    const invites = await readInvites(pbxes.control);
    expect(JSON.stringify(invites)).toContain('+74951234500');
    await cancelCall(services, id, { deadline, mayUseRoute: () => true });
    await services.sessions.close();
  });

  it('reports a busy customer with the filtered events', async () => {
    const services = servicesOf(parseSettings(await plain.settings(pbxes.plain)));
    const parsed = parseCallbackRequest({ to: '+74951234501', agent: '3200', wait: 'completed' });
    if (!parsed.ok) throw new Error('not a request');
    const callback = await placeCallback(services, parsed.request, {
      id: newCallbackId(),
      principal: 'keys/test',
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

const nextSteps = (output: string): string => {
  const [, steps = ''] =
    /in the folder, as root:\n([\s\S]*?)\n\nThen run these commands on this machine:/.exec(output) ?? [];
  expect(steps).toContain('asterisk -rx "module reload http"');
  return steps;
};

const OWN = [
  '--user',
  'lambda',
  '--permit',
  '127.0.0.1',
  '--host',
  '127.0.0.1',
  '--country',
  'RU',
  '--allow',
  '+7495',
];

describeOnAsterisk('the next steps of manager-conf --self-signed', ({ version }) => {
  async function ports(): Promise<string[]> {
    return ['--port', String(await freePort()), '--ami-port', String(await freePort())];
  }

  /** Runs manager-conf, then the commands that it prints, in the folder that it has written. */
  async function install(pbx: StockPbx, out: string, options: readonly string[]) {
    const args = [...OWN, '--asterisk-version', version, '--self-signed', '--out', out, ...options];
    const { status, output } = await runTool('manager-conf', args);
    expect({ status, output }).toMatchObject({ status: 0 });
    await cp(out, join(pbx.etc, 'pbx'), { recursive: true });
    await pbx.run(nextSteps(output));
    return JSON.parse(await readFile(join(out, 'settings.json'), 'utf8')) as Record<string, unknown>;
  }

  const expectWell = async (settings: unknown): Promise<void> => {
    const { findings, well } = await diagnose(settings);
    expect(findings.filter(({ mark }) => mark !== 'OK')).toEqual([]);
    expect(well).toBe(true);
  };

  it('configure the Asterisk of a Debian package, also when they are run again', async () => {
    await using pbx = await startStockPbx(version);
    const out = join(dir, `stock-${version}`);
    const given = await ports();
    const settings = await install(pbx, out, given);
    await expectWell(settings);

    const again = await install(pbx, out, [...given, '--control']);
    expect(again).toEqual(settings);
    expect((await diagnose(again)).findings).toContainEqual(
      expect.objectContaining({
        check: 'privileges',
        found: 'may place calls; status, hang-up and digits too',
      }),
    );
    const http = await readFile(join(pbx.etc, 'http.conf'), 'utf8');
    expect(http.match(/http_callback/g)).toHaveLength(1);
  });

  it('configure a FreePBX, whose own files stay as they are', async () => {
    await using pbx = await startStockPbx(version, async (etc) => {
      await writeFile(join(etc, 'http.conf'), '#include http_additional.conf\n#include http_custom.conf\n');
      await writeFile(
        join(etc, 'http_additional.conf'),
        '[general]\nenabled=no\nbindaddr=::\ntlsenable=no\nprefix=\n',
      );
      await writeFile(join(etc, 'manager.conf'), FREEPBX_MANAGER);
      for (const name of ['manager_additional', 'manager_custom', 'http_custom', 'extensions_custom'])
        await writeFile(join(etc, `${name}.conf`), '');
      await appendFile(join(etc, 'extensions.conf'), FREEPBX_DIALPLAN);
    });
    const settings = await install(pbx, join(dir, `freepbx-${version}`), ['--freepbx', ...(await ports())]);
    expect(settings['pbx/main/url']).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    await expectWell(settings);
    expect(await readFile(join(pbx.etc, 'manager.conf'), 'utf8')).toBe(FREEPBX_MANAGER);

    // The number reaches FreePBX's outbound routes as "dialAs" writes it.
    await using session = await open(settings);
    await session.send({
      action: 'Originate',
      headers: {
        ActionID: 'x',
        Channel: 'Local/74951234567@callbacks',
        Application: 'Wait',
        Data: '1',
        Async: 'true',
      },
    });
    await expect
      .poll(() => readFile(join(pbx.etc, 'pbx', 'routed'), 'utf8').catch(() => ''))
      .toBe('74951234567\n');
  });
});

async function open(settings: Record<string, unknown>): Promise<AsyncDisposable & Pick<AjamSession, 'send'>> {
  const { main } = parseSettings(settings).pbx;
  if (!main) throw new Error('no PBX');
  const session = await AjamSession.open(main);
  return { send: (action) => session.send(action), [Symbol.asyncDispose]: () => session.logoff() };
}

/** As FreePBX ships it, with a port that the tests do not need. */
const FREEPBX_MANAGER = `[general]
enabled = yes
port = 0
bindaddr = 127.0.0.1
displayconnects=no

[admin]
secret = amp111
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.0
read = system,call,log,verbose,command,agent,user,config,command,dtmf,reporting,cdr,dialplan,originate,message
write = system,call,log,verbose,command,agent,user,config,command,dtmf,reporting,cdr,dialplan,originate,message
writetimeout = 5000

#include manager_additional.conf
#include manager_custom.conf
`;

/** An outbound route that writes the number down. */
const FREEPBX_DIALPLAN = `
#include extensions_custom.conf

[from-internal]
exten => _X.,1,System(echo \${EXTEN} > /etc/asterisk/pbx/routed)
 same => n,Hangup()
`;
