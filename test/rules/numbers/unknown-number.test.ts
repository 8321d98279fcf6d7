import { describe, expect, it } from 'vitest';
import { numberRefusal } from '../../support/rules/fixtures.ts';

describe('the refusal of a number that no numbering plan knows', () => {
  it.each([
    ['84951234', 'RU', ' for RU'],
    ['+44951234501', 'RU', ''],
    ['+7495123', 'RU', ''],
    ['0044951234501', 'DE', ''],
    ['03012345678901234', 'DE', ' for DE'],
  ])('of %s in a route of %s says "not a valid phone number%s"', (number, country, where) => {
    expect(numberRefusal(number, { country, allow: ['+'] })).toMatchObject({
      code: 'number-invalid',
      message: expect.stringContaining(`is not a valid phone number${where}: check its digits.`),
    });
  });
});
