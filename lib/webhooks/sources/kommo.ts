import { oneOf } from '../one-of.ts';
import { listAt, textAt } from '../payload-path.ts';
import { isOneOf } from '../signature.ts';
import type { Source } from '../source.ts';

const EVENTS = ['leads.add', 'leads.status', 'contacts.add'];

/**
 * Kommo (amoCRM): forms such as `leads[status][0][id]=…`, or the same as JSON. Nothing is signed, so the secret stands
 * in the URL that Kommo calls. https://developers.kommo.com/docs/webhooks-general, …/webhooks-dp and
 * https://www.amocrm.ru/developers/content/crm_platform/webhooks-format
 */
export const kommo: Source = {
  proof: '?secret=… in the URL that Kommo calls, once',
  ofRecords: true,

  verify({ request: { query } }, { secret }) {
    const [presented, ...more] = query.filter(([name]) => name === 'secret');
    return more.length === 0 && isOneOf(presented?.[1], secret);
  },

  read({ payload }, { events = EVENTS, phoneField = 'PHONE' }) {
    const calls = events.flatMap((event) => {
      const [entity = '', action = ''] = event.split('.');
      return listAt(payload, entity, action).map((item) => {
        const to = phoneOf(item, phoneField);
        const time =
          textAt(item, 'last_modified') ?? textAt(item, 'updated_at') ?? textAt(item, 'created_at');
        const stage = textAt(item, 'status_id') ?? '';
        // Without a time, the same lead in the same stage again may be another event.
        const key = time && [event, textAt(item, 'id'), stage, time].join('.');
        return { call: true as const, fields: { to }, user: textAt(item, 'responsible_user_id'), key, time };
      });
    });
    return oneOf(calls);
  },
};

/** `field` is the id, the code or the name of the field that holds the number. */
function phoneOf(item: unknown, field: string): string | undefined {
  const fields = [...listAt(item, 'custom_fields'), ...listAt(item, 'custom_fields_values')];
  const names = ['id', 'code', 'name', 'field_id', 'field_code', 'field_name'];
  const found = fields.find((each) => names.some((name) => textAt(each, name) === field));
  for (const value of listAt(found, 'values')) {
    const number = textAt(value, 'value') ?? textAt({ value }, 'value');
    if (number !== undefined) return number;
  }
  return undefined;
}
