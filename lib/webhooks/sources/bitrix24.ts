import { isOneOf } from '../check-signature.ts';
import { defineSource, eventNames, sourceSettings } from '../define-source.ts';
import { textAt } from '../payload-path.ts';
import { NOT_LISTED, noCall, recordName } from '../reading.ts';

const EVENTS = ['ONEXTERNALCALLSTART', 'ONEXTERNALCALLBACKSTART'];

/**
 * A local or market application with the scope `telephony`. Events are forms with nested names, or JSON:
 * https://apidocs.bitrix24.com/api-reference/telephony/events/on-external-call-start.html and
 * on-external-call-back-start.html; the token: https://training.bitrix24.com/rest_help/general/events/event_safe.php
 */
export const bitrix24 = defineSource({
  settings: sourceSettings({
    events: eventNames(/^ONEXTERNALCALL(BACK)?START$/i, '"ONEXTERNALCALLSTART" or "ONEXTERNALCALLBACKSTART"'),
  }),
  proof: 'the application_token of the application, in auth[application_token]',

  verify: ({ payload }, { secret }) => isOneOf(textAt(payload, 'auth', 'application_token'), secret),

  read({ payload }, { events = EVENTS }) {
    const data = (name: string) => textAt(payload, 'data', name);
    const event = textAt(payload, 'event')?.toUpperCase();
    const to = data('PHONE_NUMBER_INTERNATIONAL') ?? data('PHONE_NUMBER');
    const record = recordName(data('CRM_ENTITY_TYPE'), data('CRM_ENTITY_ID'), to);
    // The documentation and the events differ in upper and lower case.
    if (!events.some((listed) => listed.toUpperCase() === event)) return noCall(NOT_LISTED, record);
    const time = textAt(payload, 'ts');
    const asked = { call: true as const, fields: { to }, time, record };
    if (event === 'ONEXTERNALCALLSTART') {
      // A second click on the number within half an hour has the same CALL_ID, until Bitrix24 learns that the call is
      // over. Each click has a time of its own.
      return { ...asked, user: data('USER_ID'), key: data('CALL_ID'), delivery: time };
    }
    // The event of a visitor's form has no user and no id.
    const key = [event, data('CRM_ENTITY_TYPE'), data('CRM_ENTITY_ID'), to, time].join('.');
    return { ...asked, key };
  },
});
