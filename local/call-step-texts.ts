import type { Outcome } from '../lib/outcome/outcome.ts';
import { lastDigits } from '../lib/shared/mask.ts';

type LegResult = Outcome['first'];

/** The names of the two parties in the printed steps. */
export interface Names {
  first: string;
  second: string;
}

/** Returns the names of the parties of an Originate. A phone number becomes `…` and its last two digits. */
export function namesOf(variables: readonly string[], exten: string): Names {
  const read = (name: string): string | undefined =>
    variables.find((each) => each.startsWith(`__${name}=`))?.slice(name.length + 3);
  const agent = read('CALLBACK_AGENT') ?? 'agent';
  const to = short(read('CALLBACK_TO') ?? exten);
  return read('CALLBACK_FIRST') === 'customer' ? { first: to, second: agent } : { first: agent, second: to };
}

const short = (number: string): string => (number.length < 7 ? number : lastDigits(number));

/** Returns a line for each change between two states of a call. */
export function stepsBetween(before: Outcome | undefined, now: Outcome, names: Names): string[] {
  const end = now.over && !before?.over ? [`the call has ended: ${now.status}${talked(now)}`] : [];
  return [
    ...legSteps(before?.first, now.first, names.first),
    ...legSteps(before?.second, now.second, names.second),
    ...end,
  ];
}

function legSteps(before: LegResult | undefined, now: LegResult, name: string): string[] {
  if (now.status === 'waiting' || now.status === before?.status) return [];
  return [`${name} ${inWords(now)}`];
}

function inWords({ status, causeText }: LegResult): string {
  switch (status) {
    case 'ringing':
      return 'rings';
    case 'busy':
      return 'is busy';
    case 'no-answer':
      return 'does not answer';
    case 'failed':
      return `cannot be reached${causeText === undefined ? '' : ` (${causeText})`}`;
    case 'canceled':
      return 'is no longer called';
    default:
      return status;
  }
}

function talked({ second }: Outcome): string {
  return second.talkSeconds === undefined ? '' : `, after ${second.talkSeconds} s of talk`;
}
