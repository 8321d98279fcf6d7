import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, type Simulator, startSimulator } from '../../../local/simulator/index.ts';
import { Asker } from '../../support/local/simulator/ask.ts';

const ORIGINATE = { Channel: 'PJSIP/3200', Context: 'default', Exten: '3210', Priority: '1', Async: 'true' };

let pbx: Simulator;
let asker: Asker;

beforeEach(async () => {
  pbx = await startSimulator({ timeScale: 0.001, loginDelayMs: 0 });
  asker = new Asker(pbx.url);
  await asker.login();
});

afterEach(async () => {
  asker.agent.destroy();
  await pbx.close();
});

describe('A fault that closes the connection', () => {
  it.each<{ fault: Fault; dialled: number; executed: boolean[] }>([
    { fault: { kind: 'drop before reading' }, dialled: 0, executed: [] },
    { fault: { kind: 'drop before executing' }, dialled: 0, executed: [false] },
    { fault: { kind: 'drop after executing' }, dialled: 1, executed: [true] },
    { fault: { kind: 'truncated body' }, dialled: 1, executed: [true] },
    { fault: { kind: 'not http' }, dialled: 1, executed: [true] },
  ])('gives the client an error after $dialled calls: $fault.kind', async ({ fault, dialled, executed }) => {
    pbx.faults.add({ fault });
    await expect(asker.ask('Originate', ORIGINATE)).rejects.toThrow();
    await delay(10);
    expect(pbx.calls).toHaveLength(dialled);
    const originates = pbx.requests.filter((request) => request.action === 'Originate');
    expect(originates.map((request) => request.executed)).toEqual(executed);
  });

  it('"close on connect" accepts a connection and closes it without a byte', async () => {
    pbx.faults.add({ fault: { kind: 'close on connect' } });
    const newcomer = new Asker(pbx.url);
    await expect(newcomer.ask('Ping')).rejects.toThrow();
    await expect(newcomer.ask('Ping')).resolves.toMatchObject({ status: 200 });
    newcomer.agent.destroy();
  });
});

describe('A fault that damages the reply', () => {
  it.each<{ fault: Fault; status: number; body: RegExp; dialled: number }>([
    { fault: { kind: 'http 503' }, status: 503, body: /Shutdown in progress/, dialled: 0 },
    { fault: { kind: 'html' }, status: 200, body: /^<!DOCTYPE HTML/, dialled: 0 },
    { fault: { kind: 'garbage body' }, status: 200, body: /^(?!Response)/, dialled: 1 },
    {
      fault: { kind: 'huge body', bytes: 100_000 },
      status: 200,
      body: /\r\n\r\nx{50000}/,
      dialled: 1,
    },
    { fault: { kind: 'slow', ms: 50 }, status: 200, body: /^Response: Success/, dialled: 1 },
    { fault: { kind: 'close after reply' }, status: 200, body: /^Response: Success/, dialled: 1 },
    { fault: { kind: 'forget session' }, status: 200, body: /Message: Permission denied/, dialled: 0 },
  ])('reaches the client: $fault.kind', async ({ fault, status, body, dialled }) => {
    pbx.faults.add({ when: 'originate', fault });
    const answer = await asker.ask('Originate', ORIGINATE);
    await delay(10);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(body);
    expect(pbx.calls).toHaveLength(dialled);
  });

  it.each<Fault>([{ kind: 'black hole' }, { kind: 'silent after executing' }])(
    'leaves the client without an answer: $kind',
    async (fault) => {
      pbx.faults.add({ fault });
      const outcome = Promise.race([
        asker.ask('Originate', ORIGINATE).catch(() => 'cut'),
        delay(80, 'silence'),
      ]);
      expect(await outcome).toBe('silence');
      expect(pbx.calls).toHaveLength(fault.kind === 'black hole' ? 0 : 1);
    },
  );
});

describe('The faults to come', () => {
  it('apply only to the requests that they name, after those that they skip, as often as they say', async () => {
    pbx.faults.add({ when: 'Ping', skip: 1, times: 2, fault: { kind: 'http 503' } });
    const statuses: number[] = [];
    for (const action of ['Ping', 'Events', 'Ping', 'Events', 'Ping', 'Ping']) {
      statuses.push((await asker.ask(action)).status);
    }
    expect(statuses).toEqual([200, 200, 503, 200, 503, 200]);
    expect(pbx.faults.pending).toBe(0);
  });

  it('may be chosen by the whole request', async () => {
    pbx.faults.add({ when: ({ actionId }) => actionId === 'second', fault: { kind: 'html' } });
    expect((await asker.ask('Ping', { ActionID: 'first' })).body).toContain('Pong');
    expect((await asker.ask('Ping', { ActionID: 'second' })).body).toContain('<html>');
  });
});

describe('The connections of the simulator', () => {
  it('close after a reply with keep-alive when the fault is "hang up after reply"', async () => {
    pbx.faults.add({ fault: { kind: 'hang up after reply' } });
    expect((await asker.ask('Ping')).headers['connection']).toBeUndefined();
    await delay(20);
    await expect.poll(() => pbx.openConnections).toBe(0);
  });

  it('close after the given idle time', async () => {
    await using impatient = await startSimulator({ closeIdleAfterMs: 30, loginDelayMs: 0 });
    const client = new Asker(impatient.url);
    await client.login();
    expect(impatient.openConnections).toBe(1);
    const [socket] = Object.values(client.agent.freeSockets).flatMap((sockets) => sockets ?? []);
    if (socket) await once(socket, 'close');
    await expect.poll(() => impatient.openConnections).toBe(0);
    client.agent.destroy();
  });
});

describe('The simulator shows tests', () => {
  it('every request with its connection and without secrets', async () => {
    await asker.ask('Ping', { ActionID: 'p1' });
    expect(pbx.requests.map(({ action, connection }) => [action, connection])).toEqual([
      ['Login', 1],
      ['Ping', 1],
    ]);
    expect(JSON.stringify(pbx.requests)).not.toContain('simulator');
    expect(pbx.connections).toBe(1);
  });

  it('that actions called like properties of every object do not exist', async () => {
    for (const name of ['constructor', '__proto__'])
      expect((await asker.ask(name)).body).toMatch(/^Response: Error\r\n.*Invalid\/unknown command/s);
  });

  it('that no session is left after Logoff', async () => {
    expect(pbx.sessions).toBe(1);
    await asker.ask('Logoff');
    expect(pbx.sessions).toBe(0);
  });
});
