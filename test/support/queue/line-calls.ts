import type { Packet } from '../asterisk/index.ts';

/** The calls of a line, as the PBX saw them. */
export interface LineCalls {
  /** How many lived at once at the most. */
  most: number;
  /** The callbacks whose first channel began, once for each time. */
  rung: string[];
  /** From the first channel to the last hangup. */
  seconds: number;
  /** How long a call lived on average. */
  callSeconds: number;
  /** The callbacks that live now. */
  live: Set<string>;
}

/** Returns what became of the calls of these callbacks, by the events of the PBX. The first channel has the callback's id. */
export function callsOf(events: readonly Packet[], ids: readonly string[]): LineCalls {
  const ours = new Set(ids);
  const begun = new Map<string, number>();
  const rung: string[] = [];
  const times: number[] = [];
  let most = 0;
  let lived = 0;
  for (const { Event, Uniqueid = '', Timestamp } of events) {
    if (!ours.has(Uniqueid)) continue;
    const at = Number(Timestamp);
    if (Event === 'Newchannel') {
      rung.push(Uniqueid);
      begun.set(Uniqueid, at);
      most = Math.max(most, begun.size);
    } else if (Event === 'Hangup') {
      lived += at - (begun.get(Uniqueid) ?? at);
      begun.delete(Uniqueid);
    } else continue;
    times.push(at);
  }
  return {
    most,
    rung,
    seconds: (times.at(-1) ?? 0) - (times[0] ?? 0),
    callSeconds: lived / Math.max(1, rung.length - begun.size),
    live: new Set(begun.keys()),
  };
}
