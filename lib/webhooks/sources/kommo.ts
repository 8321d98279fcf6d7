import * as z from 'zod/mini';
import { matching, oneOrMore, text } from '../../settings/schema-parts.ts';
import { isOneOf } from '../check-signature.ts';
import { defineSource, eventNames, sourceSettings } from '../define-source.ts';
import { listAt, textAt } from '../payload-path.ts';
import { type CallInEvent, recordName, singleCall } from '../reading.ts';

const EVENTS = ['leads.add', 'leads.status', 'contacts.add'];

/**
 * Kommo (amoCRM) sends forms such as `leads[status][0][id]=…`, or JSON with these names. Kommo does not sign its requests, so the
 * secret is part of the URL. https://developers.kommo.com/docs/webhooks-general, …/webhooks-dp and
 * https://www.amocrm.ru/developers/content/crm_platform/webhooks-format
 */
export const kommo = defineSource({
  settings: sourceSettings({
    secret: oneOrMore(
      matching(
        /^[A-Za-z0-9._~-]+$/,
        'letters, digits, "-", "_", "." and "~" only, because Kommo calls the URL exactly as it is written',
      ),
      'secrets',
    ),
    events: eventNames(
      /^(leads|contacts|companies|customers|unsorted)\.[a-z_]+$/,
      'the entity and what happened, such as "leads.status" or "contacts.add"',
    ),
    phoneField: z.exactOptional(text('the name, code or id of the field that holds the number')),
  }),
  proof: 'exactly one ?secret=… in the URL that Kommo calls',
  ofRecords: true,

  verify({ request: { query } }, { secret }) {
    const [presented, ...more] = query.filter(([name]) => name === 'secret');
    return more.length === 0 && isOneOf(presented?.[1], secret);
  },

  read({ payload }, { events = EVENTS, phoneField = 'PHONE' }) {
    const calls = events.flatMap((event) => {
      const [entity = '', action = ''] = event.split('.');
      return itemsOf(payload, entity, action).map((item) => callFor(item, event, phoneField));
    });
    return singleCall(calls);
  },
});

/** Companies are in the list of contacts, with the type `company`. */
function itemsOf(payload: unknown, entity: string, action: string): unknown[] {
  const isCompany = (item: unknown) => textAt(item, 'type') === 'company';
  const contacts = listAt(payload, 'contacts', action);
  if (entity === 'contacts') return contacts.filter((item) => !isCompany(item));
  const items = listAt(payload, entity, action);
  return entity === 'companies' ? [...items, ...contacts.filter(isCompany)] : items;
}

const SINGULAR: Readonly<Record<string, string>> = { companies: 'company', unsorted: 'unsorted' };

function callFor(item: unknown, event: string, phoneField: string): CallInEvent {
  const to = phoneOf(item, phoneField);
  const id = textAt(item, 'id');
  const time = textAt(item, 'last_modified') ?? textAt(item, 'updated_at') ?? textAt(item, 'created_at');
  const stage = textAt(item, 'status_id') ?? '';
  const entity = event.split('.')[0] ?? '';
  return {
    call: true,
    fields: { to },
    user: textAt(item, 'responsible_user_id'),
    // Without a time, the same lead in the same stage may be a later event.
    key: time && [event, id, stage, time].join('.'),
    time,
    record: recordName(SINGULAR[entity] ?? entity.replace(/s$/, ''), id, to),
  };
}

/** Returns the first value that looks like a number, else the first value, of all fields with this id, code or name. */
function phoneOf(item: unknown, field: string): string | undefined {
  const fields = [...listAt(item, 'custom_fields'), ...listAt(item, 'custom_fields_values')];
  const names = ['id', 'code', 'name', 'field_id', 'field_code', 'field_name'];
  const values = fields
    .filter((each) => names.some((name) => textAt(each, name) === field))
    .flatMap((each) => listAt(each, 'values'))
    .flatMap((value) => textAt(value, 'value') ?? textAt({ value }, 'value') ?? []);
  return values.find((value) => /^\D{0,4}(?:\p{Nd}\P{L}{0,4}){3,}$/u.test(value)) ?? values[0];
}
