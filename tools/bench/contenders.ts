import connectManager from 'asterisk-manager';
import { Client } from 'undici';
import { type Action, AjamSession, encodeAction, header, parsePackets } from '../../lib/ajam/index.ts';
import type { Pbx } from '../../test/support/asterisk/types.ts';
import { newOriginate } from './request.ts';

/** One way to place a call. Only `call` is timed. */
export interface Contender {
  name: string;
  before?: () => Promise<void>;
  call: () => Promise<unknown>;
  after?: () => Promise<void>;
  close?: () => Promise<void>;
}

/** Returns a contender whose Originate exists before `call`, so that only sending the Originate is timed. */
function withOriginate(
  send: (originate: Action) => Promise<unknown>,
  contender: Pick<Contender, 'name' | 'after' | 'close'>,
): Contender {
  let originate = newOriginate();
  const before = async (): Promise<void> => {
    originate = newOriginate();
  };
  return { ...contender, before, call: () => send(originate) };
}

/** Fetches the events that Asterisk keeps for a session. Many kept events slow down logins over TCP. */
const FETCH: Action = { action: 'WaitEvent', headers: { Timeout: '0' } };

/** Returns the fastest possible way: only posts the form, over an existing session and connection. */
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
  return withOriginate(
    async (originate) => {
      const [response] = parsePackets((await post(encodeAction(originate), cookie)).text);
      if (!response || header(response, 'Response') !== 'Success') throw new Error('The POST was refused');
    },
    {
      name: 'bare undici POST, live session',
      after: async () => void (await post(encodeAction(FETCH), cookie)),
      close: () => client.close(),
    },
  );
}

export async function ajamSession({ httpUrl, users }: Pbx): Promise<Contender> {
  const session = await AjamSession.open({ url: httpUrl, ...users.callback });
  return withOriginate((originate) => session.send(originate), {
    name: 'AjamSession.send',
    after: async () => void (await session.send(FETCH)),
    close: () => session.logoff(),
  });
}

/** Returns the AJAM client alone, with a login for each call as asterisk-manager has. */
export function newAjamSession({ httpUrl, users }: Pbx): Contender {
  let session: AjamSession | undefined;
  return withOriginate(
    async (originate) => {
      session = await AjamSession.open({ url: httpUrl, ...users.callback });
      await session.send(originate);
    },
    { name: 'AjamSession: connect, login, originate', after: async () => session?.logoff() },
  );
}

/** Returns the npm package asterisk-manager, which speaks AMI over TCP. */
export function asteriskManager({ amiPort, users }: Pbx, timed: { logoff: boolean }): Contender {
  const { username, secret } = users.callback;
  let manager: ReturnType<typeof connectManager> | undefined;
  const logOff = () =>
    new Promise<void>((resolve) => {
      manager?.on('close', () => resolve());
      manager?.action({ action: 'logoff' }, () => manager?.disconnect());
    });
  return withOriginate(
    async ({ action, headers = {} }) => {
      manager = connectManager(amiPort, '127.0.0.1', username, secret, false);
      const { ActionID, ChannelId, Variable, ...fields } = headers;
      const variable = Object.fromEntries([Variable ?? []].flat().map((each) => each.split(/=(.*)/s)));
      const originate = { ...fields, action, actionid: ActionID, channelid: ChannelId, variable };
      await new Promise<unknown>((resolve, reject) => {
        manager?.action(originate, (error, response) => (error ? reject(error) : resolve(response)));
      });
      if (timed.logoff) await logOff();
    },
    {
      name: `asterisk-manager: connect, login, originate${timed.logoff ? ', logoff' : ''}`,
      ...(!timed.logoff && { after: logOff }),
    },
  );
}
