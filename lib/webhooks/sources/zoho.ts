import * as z from 'zod/mini';
import { matching } from '../../settings/schema-parts.ts';
import { isOneOf } from '../check-signature.ts';
import { defineSource, sourceSettings } from '../define-source.ts';
import { formOf } from '../payload.ts';
import { textAt } from '../payload-path.ts';
import { recordName } from '../reading.ts';

/**
 * Click to dial of PhoneBridge. Parameters come in a form or in the URL. `tonumber` is the number. `agent` is the parameter that
 * docs/webhooks/zoho.md registers as `clicktodialparam`. The authorization comes in a parameter or a header. Its name is registered
 * as `authorizationparam`. https://www.zoho.com/phonebridge/developer/v3/clicktodial.html
 */
export const zoho = defineSource({
  settings: sourceSettings({
    parameter: z.exactOptional(matching(/^[\w-]+$/, 'the name of the authorization parameter or header')),
  }),
  proof: 'the parameter or header that was registered as authorizationparam, with the secret as its value',

  verify({ request: { headers, query }, payload }, { secret, parameter = 'authorization' }) {
    const given = [
      ...query.filter(([name]) => name === parameter).map(([, value]) => value),
      textAt(payload, parameter),
      headers[parameter.toLowerCase()],
    ].filter((value) => value !== undefined);
    // If the parameter comes twice, both values must be right.
    return given.length > 0 && given.every((value) => isOneOf(value, secret));
  },

  read({ request: { query }, payload }) {
    const named = formOf(query);
    const parameter = (name: string) => textAt(payload, name) ?? textAt(named, name);
    const to = parameter('tonumber');
    return {
      call: true,
      fields: { to, agent: parameter('agent') },
      user: parameter('zohouser'),
      record: recordName('record', parameter('record'), to),
    };
  },
});
