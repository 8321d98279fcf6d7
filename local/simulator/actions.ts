import type { Manager, Request } from './action-request.ts';
import { getvar, hangup, playDtmf, setvar, status } from './channel-actions.ts';
import { extensionState } from './extension-state.ts';
import { headerOf } from './form.ts';
import { originate } from './originate.ts';
import type { Header, Packet } from './packet.ts';
import { bits, eventMask, type PrivilegeClass } from './privilege-classes.ts';
import { actionId, failure, success } from './reply.ts';
import { waitEvent } from './wait-event.ts';

interface Action {
  name: string;
  synopsis: string;
  /** The bits of the write classes. One of them is enough. 0 means that the action needs no class. */
  classes: number;
  privilege: string;
  run: (manager: Manager, request: Request) => Packet[] | Promise<Packet[]>;
}

function action(
  name: string,
  synopsis: string,
  classes: readonly PrivilegeClass[],
  run: Action['run'],
): Action {
  const privilege = classes.length === 0 ? '<none>' : [...classes, 'all'].join(',');
  return { name, synopsis, classes: bits(classes), privilege, run };
}

const handledByManager = () => [];

const ALL: readonly Action[] = [
  action('Challenge', 'Generate Challenge for MD5 Auth.', [], handledByManager),
  action('Events', 'Control Event Flow.', [], events),
  action('ExtensionState', 'Check Extension Status.', ['call', 'reporting'], extensionState),
  action('Getvar', 'Gets a channel variable or function value.', ['call', 'reporting'], getvar),
  action('Hangup', 'Hangup channel.', ['system', 'call'], hangup),
  action('ListCommands', 'List available manager commands.', [], listCommands),
  action('Login', 'Login Manager.', [], handledByManager),
  action('Logoff', 'Logoff Manager.', [], handledByManager),
  action('Originate', 'Originate a call.', ['originate'], originate),
  action('Ping', 'Keepalive command.', [], ping),
  action('PlayDTMF', 'Play DTMF signal on a specific channel.', ['call'], playDtmf),
  action('Setvar', 'Sets a channel variable or function value.', ['call'], setvar),
  action('Status', 'List channel status.', ['system', 'call', 'reporting'], status),
  action('WaitEvent', 'Wait for an event to occur.', [], waitEvent),
];

/** By the name in lower case. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  ALL.map((entry) => [entry.name.toLowerCase(), entry]),
);

function ping(_manager: Manager, { headers }: Request): Packet[] {
  // Asterisk writes microseconds, but Date has only milliseconds.
  const timestamp = `${(Date.now() / 1000).toFixed(3)}000`;
  return success(headers, ['Ping', 'Pong'], ['Timestamp', timestamp]);
}

function events(_manager: Manager, { headers, session }: Request): Packet[] {
  const mask = eventMask(headerOf(headers, 'EventMask'));
  if (mask === undefined) return failure(headers, 'Invalid event mask');
  session.mask = mask;
  return success(headers, ['Events', mask === 0 ? 'Off' : 'On']);
}

function listCommands(_manager: Manager, { headers, session }: Request): Packet[] {
  const permitted = ALL.filter((entry) => entry.classes === 0 || (entry.classes & session.write) !== 0);
  const lines = permitted.map(
    (entry): Header => [entry.name, `${entry.synopsis}  (Priv: ${entry.privilege})`],
  );
  return [[['Response', 'Success'], ...actionId(headers), ...lines]];
}
