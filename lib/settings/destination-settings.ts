import * as z from 'zod/mini';
import { isCountry } from './countries.ts';
import { flag, list, matching, must, rule, template, textThat, wholePattern } from './schema-parts.ts';

const prefix = matching(/^\+[1-9][0-9]{0,14}$/, '"+" and digits, such as "+7"');

/** A range of numbers. Fewer digits would be a whole country, or a large part of it. */
const range = matching(/^\+[1-9][0-9]{3,14}$/, '"+" and at least four digits, such as "+1436"');

const dialAs = template(
  'the form in which the PBX dials numbers: "{e164}", "{digits}", "8{national}" or "{domestic}"',
  ['e164', 'digits', 'national', 'domestic'],
).check(
  must(
    (value) => /\{(e164|digits|national|domestic)\}/.test(value),
    'must hold {e164}, {digits}, {national} or {domestic}',
  ),
  must(
    (value) => /^([0-9+*#]|\{\w+\})+$/.test(value),
    'must be made of digits, "+", "*", "#" and one of {e164}, {digits}, {national}, {domestic}',
  ),
);

const country = textThat(isCountry, 'a country of ISO 3166 in capitals, such as "RU" or "GB"');

/** Which numbers may be called. The defaults allow no number, because every call costs money. */
export const destinationsSchema = z
  .strictObject(
    {
      country: z.exactOptional(country),
      allow: z._default(list(prefix, 'prefixes such as "+7"'), []),
      deny: z._default(list(prefix, 'prefixes such as "+7940"'), []),
      premium: z._default(flag, false),
      alsoValid: z.exactOptional(list(range, 'prefixes such as "+1436"')),
      dialAs: z._default(dialAs, '{e164}'),
      extensions: z.exactOptional(wholePattern('a pattern of internal numbers, such as "^[0-9]{4}$"')),
    },
    'must be an object such as {"country": "RU", "allow": ["+7"]}',
  )
  .check(
    rule((to, refuse) => {
      if (to.allow.length === 0 && to.extensions === undefined)
        refuse(
          'must allow numbers. Write for example "to": {"allow": ["+7"]} or "to": {"extensions": "^3[0-9]{3}$"}',
        );
      const [, inCountry] = /\{(national|domestic)\}/.exec(to.dialAs) ?? [];
      if (inCountry !== undefined && to.country === undefined)
        refuse(`must hold {e164} or {digits}: {${inCountry}} needs a "country"`, 'dialAs');
      const both = to.allow.find((allowed) => to.deny.includes(allowed));
      if (both !== undefined) refuse(`must not hold ${both}, which "allow" has too`, 'deny');
    }),
  );
