import { formOf } from '../payload.ts';
import { textAt } from '../payload-path.ts';
import { isOneOf } from '../signature.ts';
import type { Source } from '../source.ts';

/**
 * PhoneBridge's click to dial. Parameters come in a form or in the URL: the number as `tonumber`, what was registered as
 * `clicktodialparam` (we ask for `agent`), and the authorization as `authorizationparam` names it, in a parameter or a
 * header. https://www.zoho.com/phonebridge/developer/v3/clicktodial.html
 */
export const zoho: Source = {
  proof: 'the parameter or header that was registered as authorizationparam, with the secret as its value',

  verify({ request: { headers, query }, payload }, { secret, parameter = 'authorization' }) {
    const given = [
      ...query.filter(([name]) => name === parameter).map(([, value]) => value),
      textAt(payload, parameter),
      headers[parameter.toLowerCase()],
    ].filter((value) => value !== undefined);
    // What stands there twice must be the same twice.
    return given.length > 0 && given.every((value) => isOneOf(value, secret));
  },

  read({ request: { query }, payload }) {
    const named = formOf(query);
    const parameter = (name: string) => textAt(payload, name) ?? textAt(named, name);
    const agent = parameter('agent');
    return {
      call: true,
      fields: { to: parameter('tonumber'), ...(agent !== undefined && { agent }) },
      user: parameter('zohouser'),
    };
  },
};
