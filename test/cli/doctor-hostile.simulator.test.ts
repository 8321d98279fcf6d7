import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer as createTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, startSimulator } from '../../local/simulator/index.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';
import type { Certificates } from '../support/asterisk/types.ts';
import { diagnose, settingsFor } from '../support/cli/patient.ts';
import { runTool } from '../support/cli/run-tool.ts';

const USER = { username: 'callback', secret: 'hunter2-of-the-pbx' };

let certificates: Certificates;
let dir: string;
beforeAll(async () => {
  certificates = await makeCertificates();
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-hostile-'));
});
afterAll(() => rm(dir, { recursive: true }));

type Serve = (socket: Socket) => void;

async function serve(scheme: string, handler: Serve): Promise<AsyncDisposable & { url: string }> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket.on('error', () => undefined));
    handler(socket);
  };
  const server = scheme === 'https' ? createTls(certificates.server, track) : createTcp(track);
  server.on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Runs the doctor as its own process, and requires findings whatever the PBX does. */
async function findingsOf(url: string, ca?: string) {
  const file = join(dir, `${crypto.randomUUID()}.json`);
  await writeFile(file, JSON.stringify(settingsFor({ url, ...USER, ...(ca !== undefined && { ca }) })));
  const { status, stdout, output } = await runTool('doctor', ['--json', '--settings', file]);
  expect(output.slice(stdout.length)).toBe('');
  expect(status).toBe(1);
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Record<string, string>[] };
  expect(ok).toBe(false);
  expect(stdout).not.toContain(USER.secret);
  expect(Buffer.byteLength(stdout)).toBeLessThan(8000);
  return findings.filter(({ mark }) => mark === 'FAIL');
}

const onRequest =
  (answer: (socket: Socket) => void): Serve =>
  (socket) =>
    void socket.once('data', () => answer(socket));

const HEAD = 'HTTP/1.1 200 OK\r\nServer: Asterisk\r\nContent-type: text/plain\r\n';

const HOSTILE: Record<string, Serve> = {
  'accepts and closes at once': (socket) => void socket.end(),
  'accepts and resets at once': (socket) =>
    void (socket instanceof TLSSocket ? socket.destroy() : socket.resetAndDestroy()),
  'closes when it is asked': onRequest((socket) => socket.end()),
  'never answers': () => undefined,
  'answers with noise': onRequest((socket) => socket.end(Buffer.alloc(4096, 0xa5))),
  'speaks noise before it is asked': (socket) => void socket.write(Buffer.alloc(4096, 0xa5)),
  'ends in the middle of a header': onRequest((socket) => socket.end('HTTP/1.1 200 OK\r\nServ')),
  'ends in the middle of a body': onRequest((socket) =>
    socket.end(`${HEAD}Content-Length: 900\r\n\r\nResponse: Err`),
  ),
  'stops in the middle of a body': onRequest((socket) =>
    socket.write(`${HEAD}Content-Length: 900\r\n\r\nResponse: Err`),
  ),
  'answers with 64 MB': onRequest((socket) => {
    const chunk = Buffer.alloc(65_536, 'Event: x\r\n');
    socket.write(`${HEAD}Content-Length: ${2 ** 26}\r\n\r\n`);
    const pump = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', pump);
    pump();
  }),
  'answers with a header of 1 MB': onRequest((socket) =>
    socket.end(`${HEAD}X: ${'x'.repeat(2 ** 20)}\r\n\r\n`),
  ),
  'sends one letter a second': onRequest((socket) => {
    const timer = setInterval(() => socket.write('H'), 1000);
    socket.on('close', () => clearInterval(timer));
  }),
  redirects: onRequest((socket) =>
    socket.end('HTTP/1.1 302 Found\r\nLocation: https://pbx.example.com/\r\nContent-Length: 0\r\n\r\n'),
  ),
  'answers with nothing but a status': onRequest((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')),
};

const CASES = [
  ...Object.keys(HOSTILE).map((what) => ({ scheme: 'http', what })),
  ...['closes when it is asked', 'never answers', 'answers with noise', 'answers with 64 MB'].map((what) => ({
    scheme: 'https',
    what,
  })),
];

describe('the doctor, at a server that', () => {
  it.concurrent.each(CASES)(
    '$what ($scheme), prints a finding',
    { timeout: 90_000 },
    async ({ scheme, what }) => {
      await using server = await serve(scheme, HOSTILE[what] ?? (() => undefined));
      const failures = await findingsOf(server.url, certificates.ca);
      // A connection that is reset may be gone before the doctor has seen it open.
      expect(failures.map(({ check }) => check)).toEqual([expect.stringMatching(/^(ajam|reach)$/)]);
      expect(failures[0]?.['found']?.length).toBeLessThan(300);
    },
  );
});

describe('the doctor, at a port for TLS that', () => {
  it.concurrent.each<{ what: string; handler: Serve }>([
    { what: 'closes at once', handler: (socket) => void socket.end() },
    { what: 'resets at once', handler: (socket) => void socket.resetAndDestroy() },
    { what: 'never answers', handler: () => undefined },
    {
      what: 'answers with an alert',
      handler: onRequest((socket) => socket.end(Buffer.from('15030300020228', 'hex'))),
    },
    {
      what: 'ends in the middle of the handshake',
      handler: onRequest((socket) => socket.end(Buffer.from('1603030100', 'hex'))),
    },
    {
      what: 'stops in the middle of the handshake',
      handler: onRequest((socket) => socket.write(Buffer.from('160303', 'hex'))),
    },
    { what: 'answers with noise', handler: onRequest((socket) => socket.end(Buffer.alloc(4096, 0xa5))) },
  ])('$what, prints a finding', { timeout: 90_000 }, async ({ handler }) => {
    await using server = await serve('http', handler);
    const failures = await findingsOf(server.url.replace('http:', 'https:'));
    expect(failures.map(({ check }) => check)).toEqual([expect.stringMatching(/^(tls|reach)$/)]);
  });
});

const KINDS: readonly Fault[] = [
  { kind: 'drop before executing' },
  { kind: 'drop after executing' },
  { kind: 'black hole' },
  { kind: 'http 503' },
  { kind: 'html' },
  { kind: 'huge body', bytes: 2 ** 25 },
  { kind: 'truncated body' },
  { kind: 'garbage body' },
  { kind: 'not http' },
  { kind: 'forget session' },
];
const ACTIONS = ['Challenge', 'Login', 'ListCommands', 'Originate', 'Events', 'WaitEvent', 'Ping'];

describe('the doctor, at an Asterisk that closes the connection on an Originate of a route', () => {
  it('reports the route, and checks the other route and the events', async () => {
    await using pbx = await startSimulator({
      users: [{ ...USER, read: 'call', write: 'originate' }],
      loginDelayMs: 0,
    });
    pbx.faults.add({ fault: { kind: 'drop after executing' }, when: 'Originate' });
    const settings = settingsFor({ url: pbx.url, ...USER }, { context: 'OUT_EXT2' });
    const { findings } = await diagnose({ ...settings, 'routes/second': settings['routes/default'] });
    const checks = findings.map(({ subject, check, mark }) => `${mark} ${subject} ${check}`);
    expect(checks.slice(checks.indexOf('FAIL routes/default on pbx/main dialplan'))).toEqual([
      'FAIL routes/default on pbx/main dialplan',
      'OK routes/second on pbx/main dialplan',
      'OK pbx/main events',
      'OK pbx/main speed',
    ]);
  });
});

describe('the doctor, at an Asterisk that goes wrong at', () => {
  const cases: { action: string; fault: Fault }[] = [
    ...KINDS.map((fault) => ({ action: 'Originate', fault })),
    ...ACTIONS.map((action): { action: string; fault: Fault } => ({ action, fault: { kind: 'not http' } })),
    { action: 'ListCommands', fault: { kind: 'black hole' } },
    { action: 'WaitEvent', fault: { kind: 'truncated body' } },
  ];
  const titled = cases.map((each) => ({ ...each, kind: each.fault.kind }));
  it.concurrent.each(titled)('$action ($kind), prints a finding', { timeout: 90_000 }, async (each) => {
    await using pbx = await startSimulator({
      users: [{ ...USER, read: 'call', write: 'originate' }],
      loginDelayMs: 0,
    });
    pbx.faults.add({ fault: each.fault, when: each.action, times: Number.POSITIVE_INFINITY });
    const { complaints, findings } = await diagnose(
      settingsFor({ url: pbx.url, ...USER }, { context: 'OUT_EXT2' }),
    );
    expect(complaints.map(({ mark }) => mark)).toContain('FAIL');
    expect(JSON.stringify(findings)).not.toContain(USER.secret);
  });
});
