import { invalidNumber } from './number-errors.ts';
import { type PlannedNumber, parseNumber } from './numbering-plan.ts';
import { digitsOf, type WrittenNumber } from './written-number.ts';

/** Blanks and dashes stand inside many numbers. They separate two numbers only if each has at least this many digits. */
const MIN_DIGITS = 7;

type Find = (digits: string) => PlannedNumber | undefined;

/**
 * Refuses text that people read as more than one number, although all digits together are a valid number. For example,
 * `030 901820/21` means 030 901820 or 030 901821, and never 030 90182021.
 *
 * @throws CallbackError number-invalid.
 */
export function refuseTwoNumbers({ text }: WrittenNumber, country: string | undefined, find: Find): void {
  // "/" and "(" may begin another ending. So may a single "." before the last one or two digits, as in 030901820.21.
  for (const { index } of text.matchAll(/[/(]|\.(?=[0-9]{1,2}$)(?<!\..*\.)/g)) {
    const rest = digitsOf(text.slice(index));
    if (rest.length === 1 || (rest !== '' && find(digitsOf(text.slice(0, index)))))
      throw invalidNumber(
        `The digits after "${text[index]}" are not part of the number before it: leave them out, or write the number without "${text[index]}"`,
      );
  }
  for (const { index } of text.matchAll(/[ -]+/g)) {
    const first = digitsOf(text.slice(0, index));
    const second = digitsOf(text.slice(index));
    const areLong = first.length >= MIN_DIGITS && second.length >= MIN_DIGITS;
    if (areLong && find(first) && beginsNumber(second, country, find))
      throw invalidNumber('The text holds two numbers: send one of them');
  }
}

/**
 * Whether the digits are a complete number with a national prefix, such as the 0 before a German area code. Without the prefix
 * they may be the second half of one number.
 */
function beginsNumber(digits: string, country: string | undefined, find: Find): boolean {
  return find(digits) !== undefined && parseNumber(digits, country)?.nationalNumber !== digits;
}
