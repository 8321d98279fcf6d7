import { afterAll, expect, it } from 'vitest';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { describeOnAsterisk, type Packet, type Watcher, watchEvents } from '../support/asterisk/index.ts';
import { dial, servicesFor } from '../support/calls/services.ts';

/** Agents are Local channels that answer at once. */
const AT_ONCE = {
  name: 'Local' as const,
  agent: 'Local/{agent}@phones',
  customer: 'Local/{to}@customers-local',
  agents: 'agents',
};
const REQUEST = { route: 'agent-first', agent: '3200', to: '+74951234500' };
/** Sends the caller to a context and an extension of his choice. */
const INJECTION = '60,G(report^74951230099^1)';

const userEvent = (name: string, id: string) => (event: Packet) =>
  event['UserEvent'] === name && (event['ChannelId'] === id || event['Linkedid'] === id);
const hangUp = (watcher: Watcher, id: string) => watcher.action({ Action: 'Hangup', Channel: id });
const decoded = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64').toString();

describeOnAsterisk('a channel variable', (pbx) => {
  const openServices = (customers: string, more: object) => {
    const desk = servicesFor(pbx, pbx.users.control, { ...AT_ONCE, customers }, { ...more });
    afterAll(() => desk.sessions.close());
    return desk;
  };
  const greedy = openServices('callbacks', { variables: { DIAL_SECONDS: '.*' } });
  const listed = openServices('callbacks', {});
  const strict = openServices('callbacks', { variables: { DIAL_SECONDS: '^[0-9]{1,3}$' } });
  const filtered = openServices('filtered', { variables: { DIAL_SECONDS: '.*' } });
  const quoted = openServices('quoted', { variables: { NOTE: '.*' } });
  const tenant = openServices('report', {
    set: {
      REPORT: 'TENANT,SIPADDHEADER01',
      SIPADDHEADER01: 'Alert-Info: <http://x>;info=auto, "a" \\b',
      __TENANT: 'acme',
    },
  });

  it('leads out of the arguments of Dial when its pattern accepts everything', async () => {
    await using watcher = await watchEvents(pbx);
    const id = newCallbackId();
    await dial(greedy, { ...REQUEST, variables: { DIAL_SECONDS: INJECTION } }, id);
    const isDiverted = (event: Packet) =>
      event['UserEvent'] === 'Dialled' && event['Destination'] === '74951230099' && event['LinkedId'] === id;
    expect(await watcher.waitFor(isDiverted)).toBeDefined();
    await hangUp(watcher, id);
  });

  it.each([
    ['is listed by its name', listed],
    ['has a pattern of digits', strict],
  ])('does not lead there when it %s: the request is refused', async (_, desk) => {
    const request = { ...REQUEST, variables: { DIAL_SECONDS: INJECTION } };
    await expect(dial(desk, request)).rejects.toMatchObject({ code: 'variable-invalid' });
    await using watcher = await watchEvents(pbx);
    const id = newCallbackId();
    await dial(desk, { ...REQUEST, variables: { DIAL_SECONDS: '30' } }, id);
    expect(await watcher.waitFor(userEvent('Dialled', id))).toMatchObject({ Destination: '74951234500' });
    await hangUp(watcher, id);
  });

  it('does not lead there when the dialplan uses FILTER()', async () => {
    await using watcher = await watchEvents(pbx);
    const id = newCallbackId();
    await dial(filtered, { ...REQUEST, variables: { DIAL_SECONDS: INJECTION } }, id);
    const isDial = (event: Packet) =>
      event['Event'] === 'Newexten' && event['Linkedid'] === id && event['Application'] === 'Dial';
    // Every digit of the value, and nothing else of it.
    expect((await watcher.waitFor(isDial))['AppData']).toBe('PJSIP/74951234500@customers,60749512300991');
    await hangUp(watcher, id);
  });

  it('stays one argument, in quotes, when the dialplan uses QUOTE()', async () => {
    await using watcher = await watchEvents(pbx);
    for (const value of ['a,b', 'say "yes", then\\no', "it's, (so)"]) {
      const id = newCallbackId();
      await dial(quoted, { ...REQUEST, variables: { NOTE: value } }, id);
      const note = await watcher.waitFor(userEvent('Note', id));
      expect({ first: decoded(note['First']), second: note['Second'] }).toEqual({
        first: JSON.stringify(value),
        second: 'end',
      });
      await hangUp(watcher, id);
    }
  });

  it('that the route sets reaches the dialplan exactly as it is written', async () => {
    await using watcher = await watchEvents(pbx);
    const id = newCallbackId();
    const reported = (name: string) => (event: Packet) =>
      userEvent('Variable', id)(event) && event['Name'] === name;
    const [first, second] = [
      watcher.waitFor(reported('TENANT')),
      watcher.waitFor(reported('SIPADDHEADER01')),
    ];
    await dial(tenant, REQUEST, id);
    expect(decoded((await first)['Base64'])).toBe('acme');
    expect(decoded((await second)['Base64'])).toBe('Alert-Info: <http://x>;info=auto, "a" \\b');
    await hangUp(watcher, id);
  });
});
