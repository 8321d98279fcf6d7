/** What a phone, or an extension that behaves like one, does with a call. Times in milliseconds before scaling. */
export type Fate =
  | { kind: 'answers'; ringsMs: number; hangsUpAfterMs?: number }
  | { kind: 'refuses'; sip: RefusalCode; ringsMs?: number }
  /** Rings for ever. */
  | { kind: 'silent' }
  /** Not registered: Asterisk cannot even make a channel. */
  | { kind: 'unreachable' };

/** SIP refusals with the hangup cause that Asterisk 22 reports for them. */
export const REFUSALS = { 486: 17, 603: 21, 480: 19, 404: 1, 503: 34 } as const;
export type RefusalCode = keyof typeof REFUSALS;

/** What an extension does: dial on, with `{exten}` filled in, or behave as a phone itself. */
export type Step = { dial: string; timeoutMs?: number } | Fate;

/** `exten` is literal, an Asterisk pattern (`_X.`) or a regular expression; the first that matches wins. */
export interface Extension {
  exten: string | RegExp;
  step: Step;
}

export interface Dialplan {
  contexts: Record<string, readonly Extension[]>;
  /** Matched against the whole channel, e.g. `PJSIP/3200`; a channel nobody matches is an unknown endpoint. */
  phones: readonly { channel: RegExp; fate: Fate | ((channel: string) => Fate) }[];
}

export function findStep(plan: Dialplan, context: string, exten: string): Step | undefined {
  const extensions = Object.hasOwn(plan.contexts, context) ? plan.contexts[context] : undefined;
  return extensions?.find((extension) => matches(extension.exten, exten))?.step;
}

export function findFate(plan: Dialplan, channel: string): Fate | undefined {
  const fate = plan.phones.find((phone) => phone.channel.test(channel))?.fate;
  return typeof fate === 'function' ? fate(channel) : fate;
}

function matches(pattern: string | RegExp, exten: string): boolean {
  if (typeof pattern !== 'string') return pattern.test(exten);
  if (!pattern.startsWith('_')) return pattern === exten;
  const source = pattern
    .slice(1)
    .replace(
      /\[[^\]]*\]|[XZN.!]|[^\w[\]]/g,
      (token) => WILDCARDS[token] ?? (token.length > 1 ? token : `\\${token}`),
    );
  return new RegExp(`^${source}$`).test(exten);
}

const WILDCARDS: Record<string, string> = { X: '[0-9]', Z: '[1-9]', N: '[2-9]', '.': '.+', '!': '.*' };

/** The last two digits choose the fate, so that every outcome can be tried from a command line. */
function fateByLastDigits(channel: string): Fate {
  const digits = /(\d\d)\D*$/.exec(channel.replace(/@.*$/, ''))?.[1] ?? '00';
  return FATES[digits] ?? { kind: 'answers', ringsMs: 1000 };
}

const FATES: Record<string, Fate> = {
  '01': { kind: 'refuses', sip: 486, ringsMs: 200 },
  '02': { kind: 'refuses', sip: 603, ringsMs: 200 },
  '03': { kind: 'refuses', sip: 480 },
  '04': { kind: 'refuses', sip: 404 },
  '05': { kind: 'refuses', sip: 503 },
  '06': { kind: 'silent' },
  '07': { kind: 'answers', ringsMs: 200, hangsUpAfterMs: 500 },
  '08': { kind: 'answers', ringsMs: 500 },
};

const NUMBERS: readonly Extension[] = [
  { exten: /^32\d\d$/, step: { dial: 'PJSIP/{exten}' } },
  { exten: /^\+?\d{2,15}$/, step: { dial: 'PJSIP/{exten}@trunk' } },
];

export const DEFAULT_DIALPLAN: Dialplan = {
  contexts: { default: NUMBERS, OUT_EXT2: NUMBERS, callbacks: NUMBERS },
  phones: [{ channel: /^PJSIP\/(32\d\d|\+?\d{2,15}@trunk)$/, fate: fateByLastDigits }],
};
