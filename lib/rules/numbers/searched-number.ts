import { CallbackError } from '../../problems/callback-error.ts';
import type { RouteSettings } from '../../settings/settings.ts';
import { matchesWhole } from '../pattern.ts';
import { EXTENSION } from './check-number.ts';
import { invalidNumber } from './number-errors.ts';
import { findNumber } from './numbering-plan.ts';
import { readWrittenNumber } from './written-number.ts';

type Rules = readonly Pick<RouteSettings, 'to'>[];

/**
 * Returns a number in the form of the records: E.164 or an extension. The text may have the national form of any route's
 * country. The routes need not allow the number, because they may have allowed it earlier.
 *
 * @throws CallbackError number-invalid; request-invalid if the text means different numbers in different countries.
 */
export function searchedNumber(text: string, routes: Rules): string {
  // A record has an internal number as it was dialled.
  const patterns = EXTENSION.test(text) ? routes.flatMap(({ to }) => to.extensions ?? []) : [];
  if (patterns.some((pattern) => matchesWhole(pattern, text))) return text;
  const { digits } = readWrittenNumber(text);
  // A number with its country code needs no route.
  const plans = [{}, ...routes.map(({ to }) => to)];
  const found = new Set(plans.flatMap((plan) => findNumber(digits, plan)?.number.number ?? []));
  const [number, another] = found;
  // Routes may have allowed this extension earlier.
  if (number === undefined && patterns.length > 0) return text;
  if (number === undefined)
    throw invalidNumber('The text is not a valid phone number in the countries of the routes');
  if (another === undefined) return number;
  const message = 'is a number of more than one country: write it with "+" and the country code';
  throw new CallbackError('request-invalid', `to ${message}`, { errors: [{ field: 'to', message }] });
}
