import { describe, expect, it } from 'vitest';
import type { Fault } from '../../local/simulator/index.ts';
import { blackHole } from '../support/ajam/listeners.ts';
import { asked, simulate, USER } from '../support/ajam/simulated.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';
import { type Desk, orders, twoPbxes } from '../support/calls/two-pbxes.ts';
import { route } from '../support/rules/fixtures.ts';

const refused = (code: string) => expect.objectContaining({ name: 'CallbackError', code });

describe('a PBX that does not let us in', () => {
  const down: [string, (desk: Desk) => unknown][] = [
    ['nothing listens', ({ main }) => main.close()],
    [
      'its name does not resolve',
      ({ settings }) => Object.assign(settings.pbx.main, { url: 'http://pbx.invalid:8088' }),
    ],
    ['wrong secret', ({ settings }) => Object.assign(settings.pbx.main, { secret: 'wrong' })],
    ...(
      [
        { kind: 'close on connect' },
        { kind: 'drop before executing' },
        { kind: 'drop after executing' },
        { kind: 'black hole' },
        { kind: 'http 503' },
        { kind: 'html' },
        { kind: 'garbage body' },
        { kind: 'not http' },
      ] satisfies Fault[]
    ).map((fault): [string, (desk: Desk) => unknown] => [
      `login: ${fault.kind}`,
      ({ main }) => main.faults.add({ fault }),
    ]),
  ];

  it.each(down)('leaves the order to the next one: %s', async (_what, breakDown) => {
    await using desk = await twoPbxes();
    await breakDown(desk);
    const callback = await desk.call();
    expect(callback).toMatchObject({ pbx: 'standby', status: 'queued' });
    expect(orders(desk)).toEqual({ sent: [0, 1], dialled: [0, 1] });
  });

  it('leaves it to the next one within the connect timeout when a firewall drops packets', async () => {
    await using desk = await twoPbxes();
    await using hole = await blackHole();
    desk.settings.pbx.main.url = `http://127.0.0.1:${hole.port}`;
    const started = performance.now();
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
    expect(performance.now() - started).toBeLessThan(3800);
  });

  it('leaves it to the next one when its certificate is not trusted', async () => {
    await using desk = await twoPbxes();
    const { server } = await makeCertificates();
    await using secured = await simulate({ tls: server });
    desk.settings.pbx.main.url = secured.url;
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
    expect(secured.requests).toEqual([]);
  });

  it('is used again as soon as it is back', async () => {
    await using desk = await twoPbxes();
    desk.main.faults.add({ fault: { kind: 'http 503' } });
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
    expect(await desk.call()).toMatchObject({ pbx: 'main' });
  });

  it('says why when there is no other', async () => {
    await using desk = await twoPbxes();
    desk.settings.routes['default'] = route({ pbx: ['main'] });
    await desk.main.close();
    await expect(desk.call()).rejects.toEqual(refused('pbx-unreachable'));
    await expect(desk.call()).rejects.toMatchObject({
      hint: expect.stringMatching(/PBX main: .*ECONNREFUSED/),
    });
  });
});

describe('a warm session', () => {
  it('costs a second call one request on the same connection', async () => {
    await using desk = await twoPbxes();
    await desk.call();
    const before = desk.main.requests.length;
    await desk.call();
    const [request, ...more] = desk.main.requests.slice(before);
    expect(request).toMatchObject({ action: 'Originate', connection: 1 });
    expect(more).toEqual([]);
    expect(desk.main.connections).toBe(1);
  });

  it('to a PBX that is gone leaves the order to the next one', async () => {
    await using desk = await twoPbxes();
    await desk.call();
    await desk.main.close();
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
    expect(orders(desk)).toEqual({ sent: [1, 1], dialled: [1, 1] });
  });

  it('is not logged in with the old secret once that was rotated', async () => {
    await using desk = await twoPbxes();
    await desk.call();
    desk.settings.pbx.main.secret = 'rotated';
    desk.refreshed.to = { secret: 'rotated' };
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
  });
});

describe('a refused login', () => {
  it.each(['secret', 'username', 'url'] as const)(
    'reads the settings again, once: another %s',
    async (name) => {
      await using desk = await twoPbxes();
      await using elsewhere = await simulate({ users: [] });
      const yesterday = { secret: 'yesterday', username: 'yesterday', url: elsewhere.url };
      const { [name]: value } = desk.settings.pbx.main;
      desk.settings.pbx.main[name] = yesterday[name];
      desk.refreshed.to = { [name]: value };
      expect(await desk.call()).toMatchObject({ pbx: 'main' });
      expect(desk.refreshed.times).toBe(1);
      const logins = [desk.main, elsewhere, desk.standby].map((pbx) => asked(pbx, 'Login'));
      expect(logins).toEqual(name === 'url' ? [1, 1, 0] : [2, 0, 0]);
    },
  );

  it('is not tried again with the same secret', async () => {
    await using desk = await twoPbxes();
    desk.settings.pbx.main.secret = 'wrong';
    desk.settings.routes['default'] = route({ pbx: ['main'] });
    await expect(desk.call()).rejects.toEqual(refused('pbx-login-refused'));
    expect([desk.refreshed.times, asked(desk.main, 'Login')]).toEqual([1, 1]);
  });
});

describe('an order that Asterisk refuses', () => {
  it.each([
    ['a destination that is not there', { context: 'nowhere' }, 'callback', 'pbx-refused'],
    ['a user without the privilege', {}, 'readonly', 'pbx-permission'],
  ])('is not given to another PBX: %s', async (_what, change, username, code) => {
    await using desk = await twoPbxes();
    desk.settings.pbx.main.username = username;
    desk.settings.routes['default'] = route({ pbx: ['main', 'standby'], ...change });
    const expected = { code, asteriskMessage: expect.stringMatching(/Extension does not exist|Permission/) };
    await expect(desk.call()).rejects.toMatchObject(expected);
    expect(orders(desk)).toEqual({ sent: [1, 0], dialled: [0, 0] });
  });
});

describe('digits to be sent', () => {
  const user = { ...USER, read: 'call', write: 'originate,call,reporting' };
  const CALL = { to: '84951234508', dtmf: '12', wait: 'connected' };

  it('by the dialplan reach Asterisk with the order, and nobody else plays them', async () => {
    await using desk = await twoPbxes({ users: [user] });
    desk.settings.routes['default'] = route({ dtmf: 'variable' });
    const callback = await desk.call(CALL);
    expect(callback).toMatchObject({ status: 'in-progress', legs: { second: { status: 'answered' } } });
    expect(callback).not.toHaveProperty('dtmf');
    expect(desk.main.calls).toMatchObject([{ variables: { CALLBACK_DTMF: '12' }, dtmf: '' }]);
    expect(asked(desk.main, 'PlayDTMF')).toBe(0);
  });

  it('by the dialplan need no privilege but to originate', async () => {
    await using desk = await twoPbxes();
    desk.settings.routes['default'] = route({ dtmf: 'variable' });
    await desk.call({ dtmf: '12' });
    expect(desk.main.calls).toMatchObject([{ variables: { CALLBACK_DTMF: '12' } }]);
  });

  it('by us are played once both have answered', async () => {
    await using desk = await twoPbxes({ users: [user] });
    expect(await desk.call(CALL)).toMatchObject({ status: 'in-progress', dtmf: 'sent' });
    expect(desk.main.calls).toMatchObject([{ dtmf: '12' }]);
  });
});
