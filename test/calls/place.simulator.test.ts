import { describe, expect, it } from 'vitest';
import type { Fault } from '../../local/simulator/index.ts';
import { blackHole } from '../support/ajam/listeners.ts';
import { asked, simulate, USER } from '../support/ajam/simulated.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';
import { type Desk, orders, twoPbxes } from '../support/calls/two-pbxes.ts';
import { route } from '../support/rules/fixtures.ts';

const refused = (code: string) => expect.objectContaining({ name: 'CallbackError', code });

describe('placeCallback', () => {
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

  it.each(down)(
    'tries the next PBX when the first one does not accept the login: %s',
    async (_what, breakDown) => {
      await using desk = await twoPbxes();
      await breakDown(desk);
      const callback = await desk.call();
      expect(callback).toMatchObject({ pbx: 'standby', status: 'queued' });
      expect(orders(desk)).toEqual({ sent: [0, 1], dialled: [0, 1] });
    },
  );

  it('tries the next PBX within the connect timeout when a firewall drops packets', async () => {
    await using desk = await twoPbxes();
    await using hole = await blackHole();
    desk.settings.pbx.main.url = `http://127.0.0.1:${hole.port}`;
    const started = performance.now();
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
    expect(performance.now() - started).toBeLessThan(3800);
  });

  it('tries the next PBX when the certificate of the first one is not trusted', async () => {
    await using desk = await twoPbxes();
    const { server } = await makeCertificates();
    await using secured = await simulate({ tls: server });
    desk.settings.pbx.main.url = secured.url;
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
    expect(secured.requests).toEqual([]);
  });

  it('uses the first PBX again as soon as it accepts logins', async () => {
    await using desk = await twoPbxes();
    desk.main.faults.add({ fault: { kind: 'http 503' } });
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
    expect(await desk.call()).toMatchObject({ pbx: 'main' });
  });

  it('gives the reason in the hint when there is no other PBX', async () => {
    await using desk = await twoPbxes();
    desk.settings.routes['default'] = route({ pbx: ['main'] });
    await desk.main.close();
    await expect(desk.call()).rejects.toEqual(refused('pbx-unreachable'));
    await expect(desk.call()).rejects.toMatchObject({
      hint: expect.stringMatching(/PBX main: .*ECONNREFUSED/),
    });
  });
});

describe('A warm session', () => {
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

  it('to a PBX that is gone makes the next PBX place the call', async () => {
    await using desk = await twoPbxes();
    await desk.call();
    await desk.main.close();
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
    expect(orders(desk)).toEqual({ sent: [1, 1], dialled: [1, 1] });
  });

  it('is not used once its secret was rotated', async () => {
    await using desk = await twoPbxes();
    await desk.call();
    desk.settings.pbx.main.secret = 'rotated';
    desk.refreshed.to = { secret: 'rotated' };
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
  });
});

describe('A refused login', () => {
  it.each(['secret', 'username', 'url'] as const)(
    'makes placeCallback read the settings again, once, for another %s',
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

describe('An Originate that Asterisk refuses', () => {
  it.each([
    ['an extension that does not exist', { context: 'nowhere' }, 'callback', 'pbx-refused'],
    ['a user without the privilege', {}, 'readonly', 'pbx-permission'],
  ])('is not sent to another PBX because of %s', async (_what, change, username, code) => {
    await using desk = await twoPbxes();
    desk.settings.pbx.main.username = username;
    desk.settings.routes['default'] = route({ pbx: ['main', 'standby'], ...change });
    const expected = { code, asteriskMessage: expect.stringMatching(/Extension does not exist|Permission/) };
    await expect(desk.call()).rejects.toMatchObject(expected);
    expect(orders(desk)).toEqual({ sent: [1, 0], dialled: [0, 0] });
  });
});

describe('Digits of a request', () => {
  const user = { ...USER, read: 'call', write: 'originate,call,reporting' };
  const CALL = { to: '84951234508', dtmf: '12', wait: 'connected' };

  it('reach Asterisk only as a variable when the dialplan sends them', async () => {
    await using desk = await twoPbxes({ users: [user] });
    desk.settings.routes['default'] = route({ dtmf: 'variable' });
    const callback = await desk.call(CALL);
    expect(callback).toMatchObject({ status: 'in-progress', legs: { second: { status: 'answered' } } });
    expect(callback).not.toHaveProperty('dtmf');
    expect(desk.main.calls).toMatchObject([{ variables: { CALLBACK_DTMF: '12' }, dtmf: '' }]);
    expect(asked(desk.main, 'PlayDTMF')).toBe(0);
  });

  it('need only the privilege to originate when the dialplan sends them', async () => {
    await using desk = await twoPbxes();
    desk.settings.routes['default'] = route({ dtmf: 'variable' });
    await desk.call({ dtmf: '12' });
    expect(desk.main.calls).toMatchObject([{ variables: { CALLBACK_DTMF: '12' } }]);
  });

  it('are played by the function once both have answered', async () => {
    await using desk = await twoPbxes({ users: [user] });
    expect(await desk.call(CALL)).toMatchObject({ status: 'in-progress', dtmf: 'sent' });
    expect(desk.main.calls).toMatchObject([{ dtmf: '12' }]);
  });
});
