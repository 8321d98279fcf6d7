import { type ActionHeaders, headerOf } from './form.ts';
import type { Header, Packet } from './packet.ts';

/** Returns `Response`, the ActionID if one was sent, and the rest. */
export function success(headers: ActionHeaders, ...rest: Header[]): Packet[] {
  return [[['Response', 'Success'], ...actionId(headers), ...rest]];
}

export function failure(headers: ActionHeaders, message: string): Packet[] {
  return [[['Response', 'Error'], ...actionId(headers), ['Message', message]]];
}

export function actionId(headers: ActionHeaders): Packet {
  const id = headerOf(headers, 'ActionID');
  return id === '' ? [] : [['ActionID', id]];
}
