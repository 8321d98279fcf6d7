import { textAt } from '../payload-path.ts';
import { isOneOf } from '../signature.ts';
import { NOT_LISTED, noCall, type Source } from '../source.ts';

const EVENTS = ['ONEXTERNALCALLSTART', 'ONEXTERNALCALLBACKSTART'];

/**
 * A local or market application with the scope `telephony`. Its events come as forms with nested names, or as JSON:
 * https://apidocs.bitrix24.com/api-reference/telephony/events/on-external-call-start.html and
 * on-external-call-back-start.html; the token: https://training.bitrix24.com/rest_help/general/events/event_safe.php
 */
export const bitrix24: Source = {
  proof: 'the application_token of the application, in auth[application_token]',

  verify: ({ payload }, { secret }) => isOneOf(textAt(payload, 'auth', 'application_token'), secret),

  read({ payload }, { events = EVENTS }) {
    const event = textAt(payload, 'event')?.toUpperCase();
    // Bitrix writes them otherwise in its pages than in its events.
    if (!events.some((listed) => listed.toUpperCase() === event)) return noCall(NOT_LISTED);
    const data = (name: string) => textAt(payload, 'data', name);
    const time = textAt(payload, 'ts');
    if (event === 'ONEXTERNALCALLSTART') {
      const to = data('PHONE_NUMBER_INTERNATIONAL') ?? data('PHONE_NUMBER');
      // Who clicks on the number again within half an hour gets the same CALL_ID, as long as nobody has told Bitrix24
      // that the call is over; each click has a time of its own.
      return {
        ...{ call: true, fields: { to }, user: data('USER_ID') },
        ...{ key: data('CALL_ID'), delivery: time, time },
      };
    }
    // A visitor's form: nobody has clicked, so nobody is named; and there is no call yet that would have an id.
    const to = data('PHONE_NUMBER');
    const key = [event, data('CRM_ENTITY_TYPE'), data('CRM_ENTITY_ID'), to, time].join('.');
    return { call: true, fields: { to }, key, time };
  },
};
