/** What a phone or an extension does with a call. The simulator multiplies the times by `timeScale`. */
export type Behavior =
  | { kind: 'answers'; ringsMs: number; hangsUpAfterMs?: number }
  | { kind: 'refuses'; sip: RefusalCode; ringsMs?: number }
  /** Rings without end. */
  | { kind: 'silent' }
  /** Not registered: Asterisk cannot make a channel. */
  | { kind: 'unreachable' };

/** SIP codes of refusals, and the hangup causes that Asterisk 22 reports. */
export const REFUSALS = { 486: 17, 603: 21, 480: 19, 404: 1, 503: 34 } as const;
type RefusalCode = keyof typeof REFUSALS;

/** Returns a behavior by the last two digits of a number, so that users can try every outcome. Without digits, the phone answers. */
export function behaviorByLastDigits(channel: string): Behavior {
  const digits = /(\d\d)\D*$/.exec(channel.replace(/@.*$/, ''))?.[1] ?? '00';
  return BEHAVIORS[digits] ?? { kind: 'answers', ringsMs: 1000 };
}

const BEHAVIORS: Record<string, Behavior> = {
  '01': { kind: 'refuses', sip: 486, ringsMs: 200 },
  '02': { kind: 'refuses', sip: 603, ringsMs: 200 },
  '03': { kind: 'refuses', sip: 480 },
  '04': { kind: 'refuses', sip: 404 },
  '05': { kind: 'refuses', sip: 503 },
  '06': { kind: 'silent' },
  '07': { kind: 'answers', ringsMs: 200, hangsUpAfterMs: 500 },
  '08': { kind: 'answers', ringsMs: 500 },
};
