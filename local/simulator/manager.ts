import { createHash, randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Manager, Request, User } from './action-request.ts';
import { ACTIONS } from './actions.ts';
import { actionName, headerOf } from './form.ts';
import type { Packet } from './packet.ts';
import { eventMask, permissions } from './privilege-classes.ts';
import { actionId, failure, success } from './reply.ts';

/** Executes an action and returns its packets. Checks the action in the order of process_message() in Asterisk. */
export async function execute(manager: Manager, request: Request): Promise<Packet[]> {
  const { headers, session } = request;
  const name = actionName(headers).toLowerCase();
  if (name === '') return failure(headers, 'Missing action in request');
  if (name === 'login' && !session.authenticated) return login(manager, request);
  if (name === 'challenge') return challenge(request);
  if (name === 'logoff') {
    session.needsDestroy = true;
    return [[['Response', 'Goodbye'], ...actionId(headers), ['Message', 'Thanks for all the fish.']]];
  }
  if (!session.authenticated) return failure(headers, 'Permission denied');
  if (name === 'login') return success(headers, ['Message', 'Already authenticated']);
  const action = ACTIONS.get(name);
  if (!action) {
    const asked = actionName(headers);
    return failure(
      headers,
      `Invalid/unknown command: ${asked}. Use Action: ListCommands to show available commands.`,
    );
  }
  if (action.classes !== 0 && (session.write & action.classes) === 0) {
    return failure(headers, 'Permission denied');
  }
  return action.run(manager, request);
}

function challenge({ headers, session }: Request): Packet[] {
  if (headerOf(headers, 'AuthType').toLowerCase() !== 'md5') return failure(headers, 'Must specify AuthType');
  // A session keeps its challenge, so a second request returns the same challenge.
  session.challenge ||= String(randomInt(1_000_000_000));
  return success(headers, ['Challenge', session.challenge]);
}

async function login(manager: Manager, request: Request): Promise<Packet[]> {
  const { headers, session } = request;
  const username = headerOf(headers, 'Username').toLowerCase();
  const user = manager.users.find((candidate) => candidate.username.toLowerCase() === username);
  if (!user || !proves(user, request)) {
    await delay(manager.loginDelayMs);
    session.needsDestroy = true;
    return failure(headers, 'Authentication failed');
  }
  session.authenticated = true;
  session.read = permissions(user.read ?? '');
  session.write = permissions(user.write ?? '');
  session.mask = eventMask(headerOf(headers, 'Events')) ?? session.mask;
  return success(headers, ['Message', 'Authentication accepted']);
}

function proves(user: User, { headers, session }: Request): boolean {
  if (headerOf(headers, 'AuthType').toLowerCase() !== 'md5') {
    return user.secret !== '' && headerOf(headers, 'Secret') === user.secret;
  }
  const key = createHash('md5')
    .update(session.challenge + user.secret)
    .digest('hex');
  return session.challenge !== '' && headerOf(headers, 'Key') === key;
}
