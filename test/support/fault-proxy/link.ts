import type { Socket } from 'node:net';
import type { Fault } from './fault.ts';

/** One request and its reply. */
export interface Exchange {
  action: string;
  /** Whether every byte of the request was passed on. */
  arrived: boolean;
  request: Buffer;
  /** As the PBX sent it. Missing if it did not. */
  reply?: Buffer;
}

/** A connection from the client and the one to the PBX that belongs to it. */
export interface Link {
  client: Socket;
  pbx: Socket;
  /** Takes the fault that strikes a message of the exchange that began last, if there is one between two places of it. */
  take(where: Pick<Fault, 'action' | 'direction'> & { from: number; to: number }): Fault | undefined;
  /** Records an exchange. */
  begin(action: string, request: Buffer): Exchange;
  end(how: 'cut' | 'reset' | 'stall'): void;
}
