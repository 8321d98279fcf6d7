/** What happens to the bytes of one exchange. */
export type FaultKind =
  /** Both connections are closed properly (FIN). */
  | 'cut'
  /** Both connections are reset (RST). */
  | 'reset'
  /** Nothing more is passed on, in either direction; the connections stay open. */
  | 'stall'
  /** The next bytes are replaced by noise. */
  | 'garble'
  /** The bytes from there on are sent a second time, after the last one. */
  | 'duplicate'
  /** The rest is passed on later. */
  | 'delay'
  /** The reply is replaced by the one before it on the same connection. */
  | 'replay';

export type Direction = 'request' | 'reply';

export interface Fault {
  kind: FaultKind;
  /** An action name. On raw connections, where the proxy cannot read: `turn`, a request with its reply. */
  action: string;
  /** Counts the exchanges of that action through the proxy, from 1. */
  nth: number;
  direction: Direction;
  /** Before which byte: a share of the message from 0 (before the first) to 1 (after the last). On raw connections: its offset. */
  at: number;
  /** Milliseconds, for `delay`. */
  ms?: number;
}

const NOISE_BYTES = 16;

/** What is left to do with a message that a fault strikes, in order. */
export type Step = { send: Buffer } | { wait: number } | { end: 'cut' | 'reset' | 'stall' };

/** Returns the steps that pass `message` on with the fault in it. `previous` is the message before it in the same direction. */
export function strike(message: Buffer, fault: Fault, offset: number, previous: Buffer | undefined): Step[] {
  const before = message.subarray(0, offset);
  const after = message.subarray(offset);
  switch (fault.kind) {
    case 'cut':
    case 'reset':
    case 'stall':
      return [{ send: before }, { end: fault.kind }];
    case 'garble':
      return [{ send: before }, { send: garbled(after) }];
    case 'duplicate':
      return [{ send: message }, { send: after }];
    case 'delay':
      return [{ send: before }, { wait: fault.ms ?? 500 }, { send: after }];
    case 'replay':
      return [{ send: previous ?? message }];
  }
}

/** The noise depends on the bytes alone, so that a case can be run again. */
function garbled(bytes: Buffer): Buffer {
  const noisy = Buffer.from(bytes);
  for (let at = 0; at < Math.min(NOISE_BYTES, noisy.length); at += 1)
    noisy[at] = ((noisy[at] ?? 0) * 167 + at * 59 + 13) % 256;
  return noisy;
}
