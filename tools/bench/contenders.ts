import connectManager from 'asterisk-manager';
import { Client } from 'undici';
import { AjamSession, encodeAction, header, originateAction, parsePackets } from '../../lib/ajam/index.ts';
import { newCallbackId } from '../../lib/callback/id.ts';
import type { Pbx } from '../../test/asterisk/types.ts';

/** One way to place a call. Only `call` is timed. */
export interface Contender {
  name: string;
  before?: () => Promise<void>;
  call: () => Promise<unknown>;
  after?: () => Promise<void>;
  close?: () => Promise<void>;
}

/** An Originate to a phone that hangs up at once, so that calls do not pile up. */
const order = () =>
  originateAction({
    channelId: newCallbackId(),
    channel: 'Local/3204@phones',
    context: 'local',
    exten: '84951234504',
    priority: '1',
    timeoutMs: 5000,
    connectedLine: '84951234504',
    callerId: '3204',
  });

/** What can be had at best: the form and nothing else, on a session and a connection that are there. */
export async function barePost({ httpUrl, users }: Pbx): Promise<Contender> {
  const client = new Client(httpUrl, { allowH2: false });
  const post = async (body: string, cookie = ''): Promise<{ text: string; setCookie: string }> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie };
    const reply = await client.request({ method: 'POST', path: '/rawman', headers, body });
    return { text: await reply.body.text(), setCookie: String(reply.headers['set-cookie']) };
  };
  const { username, secret } = users.callback;
  const login = encodeAction({ action: 'Login', headers: { Username: username, Secret: secret } });
  const cookie = (await post(login)).setCookie.split(';')[0];
  return {
    name: 'bare undici POST, live session',
    call: async () => {
      const [response] = parsePackets((await post(encodeAction(order()), cookie)).text);
      if (!response || header(response, 'Response') !== 'Success') throw new Error('The POST was refused');
    },
    close: () => client.close(),
  };
}

export async function ajamSession({ httpUrl, users }: Pbx): Promise<Contender> {
  const session = await AjamSession.open({ url: httpUrl, ...users.callback });
  return { name: 'AjamSession.send', call: () => session.send(order()), close: () => session.logoff() };
}

/** What one would take from npm instead: plain AMI over TCP. */
export function asteriskManager({ amiPort, users }: Pbx, timed: { logoff: boolean }): Contender {
  const { username, secret } = users.callback;
  const { action, headers = {} } = order();
  let manager: ReturnType<typeof connectManager> | undefined;
  const logOff = () =>
    new Promise<void>((resolve) => {
      manager?.on('close', () => resolve());
      manager?.action({ action: 'logoff' }, () => manager?.disconnect());
    });
  return {
    name: `asterisk-manager: TCP, login, originate${timed.logoff ? ', logoff' : ''}`,
    call: async () => {
      manager = connectManager(amiPort, '127.0.0.1', username, secret, false);
      const id = newCallbackId();
      const originate = { ...headers, action, actionid: id, ActionID: undefined, channelid: id };
      const fields = { ...originate, ChannelId: undefined, Variable: undefined };
      const variable = { 'CONNECTEDLINE(num)': '84951234504', 'CALLERID(num)': '3204' };
      await new Promise<unknown>((resolve, reject) => {
        manager?.action({ ...fields, variable }, (error, response) =>
          error ? reject(error) : resolve(response),
        );
      });
      if (timed.logoff) await logOff();
    },
    ...(!timed.logoff && { after: logOff }),
  };
}
