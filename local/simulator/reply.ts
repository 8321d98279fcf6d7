import { type ActionHeaders, headerOf } from './form.ts';
import type { Header, Packet } from './packet.ts';

export function success(headers: ActionHeaders, ...rest: Header[]): Packet[] {
  return [[['Response', 'Success'], ...actionId(headers), ...rest]];
}

export function failure(headers: ActionHeaders, message: string): Packet[] {
  return [[['Response', 'Error'], ...actionId(headers), ['Message', message]]];
}

/** Returns the ActionID of the action, if the action has one. */
export function actionId(headers: ActionHeaders): Packet {
  const id = headerOf(headers, 'ActionID');
  return id === '' ? [] : [['ActionID', id]];
}
