export { type Action, encodeAction, encodeVariable } from './action.ts';
export { AjamError, type AjamErrorCode, isAjamError } from './errors.ts';
export { type EventsOptions, events } from './events.ts';
export { type Originate, originateAction } from './originate.ts';
export { type Header, header, headerValues, type Packet, packetRecord, parsePackets } from './packet.ts';
export type { Reply } from './reply.ts';
export { type AjamOptions, AjamSession, type SendOptions } from './session.ts';
