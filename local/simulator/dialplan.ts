import { type Behavior, behaviorByLastDigits } from './phone-behavior.ts';

/** An extension dials another party, or behaves as a phone. `{exten}` in `dial` becomes the extension. */
export type Step = { dial: string; timeoutMs?: number } | Behavior;

/** `exten` is literal, an Asterisk pattern (`_X.`) or a regular expression. The first match wins. */
export interface Extension {
  exten: string | RegExp;
  step: Step;
}

export interface Dialplan {
  contexts: Record<string, readonly Extension[]>;
  /** The extensions of all other contexts. Without `otherContexts`, the other contexts do not exist. */
  otherContexts?: readonly Extension[];
  /** `channel` is tested against the whole channel, such as `PJSIP/3200`. Without a match, the endpoint is unknown. */
  phones: readonly { channel: RegExp; behavior: Behavior | ((channel: string) => Behavior) }[];
}

export function findStep(plan: Dialplan, context: string, exten: string): Step | undefined {
  const extensions = Object.hasOwn(plan.contexts, context) ? plan.contexts[context] : plan.otherContexts;
  return extensions?.find((extension) => matches(extension.exten, exten))?.step;
}

export function findBehavior(plan: Dialplan, channel: string): Behavior | undefined {
  const behavior = plan.phones.find((phone) => phone.channel.test(channel))?.behavior;
  return typeof behavior === 'function' ? behavior(channel) : behavior;
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

const NUMBERS: readonly Extension[] = [
  { exten: /^32\d\d$/, step: { dial: 'PJSIP/{exten}' } },
  { exten: /^\+?\d{2,15}$/, step: { dial: 'PJSIP/{exten}@trunk' } },
];

export const DEFAULT_DIALPLAN: Dialplan = {
  contexts: { default: NUMBERS, OUT_EXT2: NUMBERS, callbacks: NUMBERS },
  phones: [{ channel: /^PJSIP\/(32\d\d|\+?\d{2,15}@trunk)$/, behavior: behaviorByLastDigits }],
};

/**
 * The dialplan for settings of a user, which can have any contexts, agents and trunks. Every context and every phone exists.
 * Every agent answers, so that a pool works. The last two digits of a customer's number decide what the phone does.
 */
export const ANY_DIALPLAN: Dialplan = {
  contexts: {},
  otherContexts: [...NUMBERS, { exten: /./, step: { kind: 'answers', ringsMs: 0 } }],
  phones: [
    { channel: /^(PJSIP|SIP)\/\+?\d{2,15}@[\w.-]+$/, behavior: behaviorByLastDigits },
    { channel: /^(PJSIP|SIP)\/[\w+*#.-]+$/, behavior: { kind: 'answers', ringsMs: 1000 } },
  ],
};
