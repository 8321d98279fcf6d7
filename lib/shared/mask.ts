/** A phone number for messages and logs: every digit but the last two hidden. What is no digit stays. */
export function mask(number: string): string {
  let hidden = (number.match(/\p{Nd}/gu)?.length ?? 0) - 2;
  return number.replace(/\p{Nd}/gu, (digit) => (hidden-- > 0 ? '*' : digit));
}
