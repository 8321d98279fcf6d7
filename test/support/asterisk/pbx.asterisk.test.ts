import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { describe, expect, it, vi } from 'vitest';
import {
  type AmiUser,
  describeOnAsterisk,
  type Packet,
  type Pbx,
  readDigits,
  readInvites,
  type Watcher,
  watchEvents,
} from './index.ts';

let calls = 0;
/** Ids of one length: Asterisk 22 takes an id for used when any channel's id begins with it. */
const newId = () => `pbx-test-${process.pid}-${String(++calls).padStart(5, '0')}`;
/** Returns five digits that no other call has. */
const newNumber = () => String(20_000 + ++calls);

/** Sends one AJAM request with plain fetch: the code under test must not judge the PBX that it is tested on. */
async function ajam(pbx: Pbx, fields: Record<string, string>, cookie = '') {
  const body = new URLSearchParams(fields);
  const reply = await fetch(`${pbx.httpUrl}/rawman`, { method: 'POST', body, headers: { cookie } });
  const text = await reply.text();
  return { text, cookie: reply.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

function login(pbx: Pbx, { username, secret }: AmiUser) {
  return ajam(pbx, { Action: 'Login', Username: username, Secret: secret });
}

async function originate(watcher: Watcher, channel: string, more: Packet = {}) {
  const id = newId();
  await watcher.action({
    ...{ Action: 'Originate', Async: 'true', ActionID: id, ChannelId: id, Channel: channel, Timeout: '1500' },
    ...{ Context: 'noDial', Exten: '1', Priority: '1' },
    ...more,
  });
  const answer = await watcher.waitFor(
    (event) => event['Event'] === 'OriginateResponse' && event['ActionID'] === id,
  );
  return { id, answer };
}

const hungUp = (id: string) => (event: Packet) => event['Event'] === 'Hangup' && event['Uniqueid'] === id;
const userEvent = (name: string, id: string) => (event: Packet) =>
  event['UserEvent'] === name && event['Uniqueid'] === id;

/** What happens to the first leg, by the last two digits of its number. */
const refusals = [
  { behavior: '01', meets: 'busy', cause: '17' },
  { behavior: '02', meets: 'declined', cause: '21' },
  { behavior: '03', meets: 'unavailable', cause: '19' },
  { behavior: '04', meets: 'unknown', cause: '1' },
  { behavior: '05', meets: 'out of service', cause: '34' },
];

describeOnAsterisk('The test PBX', (pbx) => {
  const drivers = pbx.version === '16' ? ['PJSIP', 'SIP'] : ['PJSIP'];
  const roads = [
    ...drivers.map((driver) => ({ road: driver, channel: (agent: string) => `${driver}/${agent}` })),
  ];
  const local = { road: 'Local', channel: (agent: string) => `Local/${agent}@phones` };

  it.each(['callback', 'control', 'blind', 'readonly', 'watch', 'single'] as const)(
    'lets %s in',
    async (name) => {
      const { text, cookie } = await login(pbx, pbx.users[name]);
      expect(text).toContain('Message: Authentication accepted');
      await ajam(pbx, { Action: 'Logoff' }, cookie);
    },
  );

  it('refuses a login from a network that is not permitted', async () => {
    expect((await login(pbx, pbx.users.closed)).text).toContain('Message: Authentication failed');
  });

  it('refuses a login with a wrong secret', async () => {
    const { username } = pbx.users.callback;
    expect((await login(pbx, { username, secret: 'wrong' })).text).toContain(
      'Message: Authentication failed',
    );
  });

  it('allows the user `single` one login at a time', async () => {
    const { cookie } = await login(pbx, pbx.users.single);
    expect((await login(pbx, pbx.users.single)).text).toContain('Message: Login Already In Use');
    await ajam(pbx, { Action: 'Logoff' }, cookie);
  });

  it.each([
    ['callback', 'Originate successfully queued'],
    ['blind', 'Originate successfully queued'],
    ['readonly', 'Permission denied'],
  ] as const)('tells %s about an Originate: %s', async (name, message) => {
    const { cookie } = await login(pbx, pbx.users[name]);
    const order = {
      Action: 'Originate',
      Channel: 'Local/3201@phones',
      Context: 'noDial',
      Exten: '1',
      Priority: '1',
    };
    expect((await ajam(pbx, { ...order, Async: 'true' }, cookie)).text).toContain(`Message: ${message}`);
    await ajam(pbx, { Action: 'Logoff' }, cookie);
  });

  it('answers over TLS to clients that trust its CA', async () => {
    const trusting = new Agent({ connect: { ca: pbx.ca } });
    const { body } = await request(`${pbx.httpsUrl}/rawman?action=ping`, { dispatcher: trusting });
    expect(await body.text()).toContain('Message: Permission denied');
    await trusting.close();
    await expect(request(pbx.httpsUrl)).rejects.toThrow(/certificate/);
  });

  describe.each([...roads, local])('over $road', ({ road, channel }) => {
    it('rings 3200, which answers and stays on the line', async () => {
      await using watcher = await watchEvents(pbx);
      const caller = newNumber();
      const { id, answer } = await originate(watcher, channel('3200'), { CallerID: `<${caller}>` });
      expect(answer).toMatchObject({ Response: 'Success', Reason: '4', Uniqueid: id });
      if (road !== 'Local') {
        const invite = (await readInvites(pbx)).find(({ from }) => from === caller);
        expect(invite).toMatchObject({ callee: '3200', asserted: expect.stringContaining(caller) });
      }
      await watcher.action({ Action: 'Hangup', Channel: id });
      await watcher.waitFor(hungUp(id));
    });

    it.each(refusals)('gets "$meets" from an agent that ends in $behavior', async ({ behavior, cause }) => {
      await using watcher = await watchEvents(pbx);
      const { id, answer } = await originate(watcher, channel(`32${behavior}`));
      expect(answer).toMatchObject({ Response: 'Failure' });
      expect(await watcher.waitFor(hungUp(id))).toMatchObject({ Cause: cause });
    });

    it('rings an agent that ends in 06 until the timeout', async () => {
      await using watcher = await watchEvents(pbx);
      const { answer } = await originate(watcher, channel('3206'));
      expect(answer).toMatchObject({ Response: 'Failure', Reason: '3' });
    });

    it('is answered by an agent that ends in 07, who hangs up', async () => {
      await using watcher = await watchEvents(pbx);
      const { id, answer } = await originate(watcher, channel('3207'));
      expect(answer).toMatchObject({ Response: 'Success' });
      await watcher.waitFor(hungUp(id), 3_000);
    });

    it('is answered late by an agent that ends in 08', async () => {
      await using watcher = await watchEvents(pbx);
      const before = Date.now();
      const { id, answer } = await originate(watcher, channel('3208'));
      expect(answer).toMatchObject({ Response: 'Success' });
      expect(Date.now() - before).toBeGreaterThan(400);
      await watcher.action({ Action: 'Hangup', Channel: id });
    });

    it('cannot reach an agent whose phone is not registered', async () => {
      await using watcher = await watchEvents(pbx);
      const unregistered = road === 'Local' ? 'Local/3212@phones' : channel('3299');
      const { answer } = await originate(watcher, unregistered);
      expect(answer).toMatchObject({ Response: 'Failure', Reason: '0' });
    });

    it('handles 60 calls at once', { timeout: 30_000 }, async () => {
      await using watcher = await watchEvents(pbx);
      const answers = await Promise.all(
        ['3200', '3201', '3208'].flatMap((agent) =>
          Array.from({ length: 60 }, async () => ({
            agent,
            ...(await originate(watcher, channel(agent), { Timeout: '10000' })),
          })),
        ),
      );
      const answered = answers.filter(({ answer }) => answer['Response'] === 'Success');
      expect(answered.map(({ agent }) => agent).sort()).toEqual([
        ...Array(60).fill('3200'),
        ...Array(60).fill('3208'),
      ]);
      await Promise.all(answered.map(({ id }) => watcher.action({ Action: 'Hangup', Channel: id })));
      await Promise.all(answered.map(({ id }) => watcher.waitFor(hungUp(id))));
    });
  });

  describe.each(['callbacks', 'OUT_EXT2', 'local'])('in the context %s', (context) => {
    it('connects a customer, and shows each side the right number', async () => {
      await using watcher = await watchEvents(pbx);
      const to = `+7495${newNumber()}00`;
      const variables = `CONNECTEDLINE(num)=${to},CALLERID(num)=3200,CRM_ID=42`;
      const { id } = await originate(watcher, 'PJSIP/3200', {
        Context: context,
        Exten: to,
        Variable: variables,
      });
      expect(await watcher.waitFor(userEvent('Dialled', id))).toMatchObject({
        Destination: to,
        CallerNumber: '3200',
        ConnectedNumber: to,
        LinkedId: id,
      });
      expect(await watcher.waitFor(userEvent('Variable', id))).toMatchObject({
        Name: 'CRM_ID',
        Base64: Buffer.from('42').toString('base64'),
      });
      const isSecondLeg = (event: Packet) => event['Event'] === 'DialEnd' && event['Uniqueid'] === id;
      expect(await watcher.waitFor(isSecondLeg)).toMatchObject({ DialStatus: 'ANSWER' });
      const invites = await readInvites(pbx);
      expect(invites.find((invite) => invite.from === to)).toMatchObject({ callee: '3200' });
      if (context !== 'local') {
        expect(invites.find((invite) => invite.callee === to)).toMatchObject({ from: '3200' });
      }
      await watcher.action({ Action: 'Hangup', Channel: id });
    });

    it.each(refusals)('gets "$meets" from a customer that ends in $behavior', async ({ behavior, cause }) => {
      await using watcher = await watchEvents(pbx);
      const { id } = await originate(watcher, 'PJSIP/3200', {
        Context: context,
        Exten: `749512345${behavior}`,
      });
      expect(await watcher.waitFor(userEvent('Finished', id))).toMatchObject({ HangupCause: cause });
    });
  });

  it('returns a variable exactly as it was set', async () => {
    await using watcher = await watchEvents(pbx);
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
    const value = `${printable} Привет, "мир" 漢字 \\n`;
    const escaped = value.replace(/[\\,"()[\]]/g, '\\$&');
    const { id } = await originate(watcher, 'Local/3200@phones', {
      Context: 'report',
      Variable: `CRM_ID=${escaped}`,
    });
    const reported = await watcher.waitFor(userEvent('Variable', id));
    expect(Buffer.from(reported['Base64'] ?? '', 'base64').toString()).toBe(value);
    const read = await watcher.action({ Action: 'Getvar', Channel: id, Variable: 'CRM_ID' });
    expect(read['Value']).toBe(value);
    await watcher.action({ Action: 'Hangup', Channel: id });
  });

  it('reports digits: those of a Local customer by UserEvent, those of a SIP customer in the media', async () => {
    await using watcher = await watchEvents(pbx);
    const to = `7495${newNumber()}09`;
    const sip = await originate(watcher, 'PJSIP/3200', { Context: 'callbacks', Exten: to });
    const plain = await originate(watcher, 'Local/3200@phones', { Context: 'local', Exten: to });
    const secondLeg = (id: string) => (event: Packet) =>
      event['Event'] === 'DialEnd' && event['Uniqueid'] === id;
    for (const { id } of [sip, plain]) {
      const { DestChannel } = await watcher.waitFor(secondLeg(id));
      for (const Digit of '1*0#') {
        await watcher.action({ Action: 'PlayDTMF', Channel: DestChannel ?? '', Digit, Duration: '100' });
      }
    }
    await watcher.waitFor((event) => event['UserEvent'] === 'Digits' && event['Digits'] === '1*0#');
    const invite = (await readInvites(pbx)).find(({ callee }) => callee === to);
    const heard = (await readDigits(pbx)).filter(({ rtpPort }) => rtpPort === invite?.rtpPort);
    expect(heard.map(({ digit }) => digit).join('')).toBe('1*0#');
    await Promise.all([sip, plain].map(({ id }) => watcher.action({ Action: 'Hangup', Channel: id })));
  });

  it('leaves no process behind when its owner is killed', async () => {
    const script = fileURLToPath(new URL('../../../cli/asterisk-callback.js', import.meta.url));
    const owner = spawn(process.execPath, [script, 'asterisk', '--version', pbx.version], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let dir = '';
    for await (const line of createInterface(owner.stdout)) {
      dir = /^ *log +(.*)\/log\/messages.log$/.exec(line)?.[1] ?? dir;
      if (line.startsWith('Ctrl-C')) break;
    }
    expect(await processesOf(dir)).not.toEqual([]);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await vi.waitFor(async () => expect(await processesOf(dir)).toEqual([]), 15_000);
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(dir);
    // The next run would have removed it.
    await rm(dir, { recursive: true });
  });
});

/** Returns the processes in the sandboxes of a folder, and `unshare` around them. */
async function processesOf(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    if ((await read('mounts')).includes(dir) || (await read('cmdline')).includes(dir)) found.push(pid);
  }
  return found;
}
