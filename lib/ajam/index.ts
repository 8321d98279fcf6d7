export { type Action, encodeAction, encodeVariable } from './action.ts';
export { AjamError, type AjamErrorCode, isAjamError } from './errors.ts';
export { type EventsOptions, events } from './events.ts';
export { type Originate, originateAction } from './originate.ts';
export { type Header, header, headerValues, type Packet, packetRecord } from './packet.ts';
export { parsePackets } from './packet-parser.ts';
export type { Reply } from './reply-reader.ts';
export { type AjamOptions, AjamSession, type SendOptions } from './session.ts';
