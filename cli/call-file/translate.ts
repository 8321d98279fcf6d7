import { exactly, partiesOf } from './parties.ts';
import type { CallFile, Remark } from './read-call-file.ts';

export interface Translation {
  request: Record<string, unknown>;
  /** The route that the request needs. */
  route: Record<string, unknown>;
  /** Whether the request has a time or retries, which need a line. */
  needsLine: boolean;
  /** Whether the number was read as an international one, although it may be a national one. */
  isGuess: boolean;
}

export interface TranslateOptions {
  /** The ISO 3166 country of numbers without `+`. */
  country?: string | undefined;
  /** The modification time of the file, if it is in the future. */
  at?: Date | undefined;
  now: Date;
}

const MAX_RETRIES = 8;
const MAX_DAYS = 30;
const RESULTS = ['busy', 'no-answer', 'congestion', 'unreachable', 'rejected', 'other'];

/** Returns a request that places the same call as a call file, and the route for it. Or the lines that a request cannot express. */
export function translate(file: CallFile, options: TranslateOptions): Translation | { refused: Remark[] } {
  const parties = partiesOf(file, options.country);
  const refused = [...limitsOf(file, options), ...('why' in parties ? [parties] : [])];
  if (refused.length > 0 || 'why' in parties) return { refused };

  const { callerIdNumber, maxRetries, retrySeconds, variables } = file;
  const needsLine = maxRetries > 0 || options.at !== undefined;
  const delays = Object.fromEntries(RESULTS.map((result) => [result, [retrySeconds]]));
  return {
    needsLine,
    isGuess: parties.number.isGuess ?? false,
    request: {
      to: parties.number.to,
      ...parties.request,
      ...(callerIdNumber && { callerId: callerIdNumber }),
      ...(Object.keys(variables).length > 0 && { variables }),
      timeoutSeconds: file.waitSeconds,
      ...(options.at && { at: options.at.toISOString() }),
    },
    route: {
      ...(parties.first === 'customer' && { first: 'customer' }),
      ...parties.route,
      context: file.context,
      ...(file.priority !== 1 && { priority: String(file.priority) }),
      to: parties.number.rules,
      ...(callerIdNumber && { callerIds: [exactly(callerIdNumber)] }),
      ...(Object.keys(variables).length > 0 && { variables: variableRules(variables) }),
      ...(maxRetries > 0 && { retry: { [parties.first]: { attempts: maxRetries + 1, delays } } }),
    },
  };
}

/** Returns the values that a callback cannot have. */
function limitsOf(file: CallFile, { at, now }: TranslateOptions): Remark[] {
  const remarks: Remark[] = [];
  const refuse = (keyword: string, why: string) =>
    remarks.push({ line: file.lineOf(keyword.toLowerCase()), keyword, why });
  if (file.waitSeconds < 5 || file.waitSeconds > 120)
    refuse(
      'WaitTime',
      'the first phone of a callback rings for 5 to 120 seconds. Write a number in this range',
    );
  if (file.maxRetries > MAX_RETRIES)
    refuse(
      'MaxRetries',
      `a callback has at most ${MAX_RETRIES + 1} attempts. Write ${MAX_RETRIES} or a smaller number`,
    );
  if (file.maxRetries > 0 && (file.retrySeconds < 5 || file.retrySeconds > 604_800))
    refuse('RetryTime', 'a callback is retried after 5 to 604800 seconds. Write a number in this range');
  if (!/^[^\s,&{}]{1,79}$/.test(file.context))
    refuse(
      'Context',
      'a route cannot name this context. Use up to 79 characters without blanks, ",", "&", "{" and "}"',
    );
  if (at && at.getTime() > now.getTime() + MAX_DAYS * 86_400_000)
    refuse(
      '(the time of the file)',
      `a callback waits for at most ${MAX_DAYS} days. Set an earlier time with touch`,
    );
  return remarks;
}

/** Returns `variables` of the route. A list of names refuses values that could mean something to the dialplan, so these get a pattern. */
function variableRules(variables: Readonly<Record<string, string>>): string[] | Record<string, string> {
  const names = Object.keys(variables);
  const isSafe = Object.values(variables).every((value) => /^[\p{L}0-9 ._:@/+#-]*$/u.test(value));
  return isSafe ? names : Object.fromEntries(names.map((name) => [name, exactly(variables[name] ?? '')]));
}
