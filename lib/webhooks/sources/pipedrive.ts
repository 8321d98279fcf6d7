import { matching } from '../../settings/schema-parts.ts';
import { isOneOf } from '../check-signature.ts';
import { defineSource, eventNames, sourceSettings } from '../define-source.ts';
import { at, listAt, textAt } from '../payload-path.ts';
import { NOT_LISTED, noCall, recordName } from '../reading.ts';

const EVENTS = ['person.create', 'activity.create'];

/** The actions of webhooks v1, and their names in v2. */
const V2_ACTIONS: Readonly<Record<string, string>> = {
  added: 'create',
  updated: 'change',
  deleted: 'delete',
};

/**
 * Webhooks v2 (`meta`, `data`, `previous`) and v1 (`meta`, `current`, `previous`), with HTTP Basic.
 * https://pipedrive.readme.io/docs/guide-for-webhooks-v2 and https://pipedrive.readme.io/docs/guide-for-webhooks
 */
export const pipedrive = defineSource({
  settings: sourceSettings({
    username: matching(/^[^:]+$/, 'the user name for HTTP Basic, without ":"'),
    events: eventNames(
      /^[A-Za-z]+\.(create|change|delete)$/,
      'the object and the action, such as "person.create"',
    ),
  }),
  proof: 'HTTP Basic with "username" and "secret" of the settings',
  ofRecords: true,

  verify({ request: { headers } }, { username, secret }) {
    const [, encoded] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(headers['authorization'] ?? '') ?? [];
    const expected = secret.map((password) => `${username}:${password}`);
    return isOneOf(encoded && Buffer.from(encoded, 'base64').toString(), expected);
  },

  read({ payload }, { events = EVENTS }) {
    const meta = (name: string) => textAt(payload, 'meta', name);
    const entity = meta('entity') ?? meta('object') ?? '';
    const action = meta('action') ?? '';
    const event = `${entity}.${Object.hasOwn(V2_ACTIONS, action) ? V2_ACTIONS[action] : action}`;
    const item = at(payload, 'data') ?? at(payload, 'current');
    const id = meta('entity_id') ?? meta('id');
    const to = phoneOf(item);
    const record = recordName(entity, id, to);
    if (!events.includes(event)) return noCall(NOT_LISTED, record);
    const done = at(item, 'done');
    if (entity === 'activity' && (textAt(item, 'type') !== 'call' || done === true || done === 1))
      return noCall('the activity is not a call to be made', record);

    const time = meta('timestamp_micro') ?? meta('timestamp');
    return {
      call: true,
      fields: { to },
      user: textAt(item, 'owner_id') ?? textAt(item, 'user_id'),
      // The id of a delivery may differ between attempts. The time of the change is the same for all attempts.
      key: [event, id, time].join('.'),
      time,
      record,
    };
  },
});

/** Returns the primary number. Without a primary number, returns the first number. */
function phoneOf(item: unknown): string | undefined {
  const phones = [...listAt(item, 'phones'), ...listAt(item, 'phone')];
  const primary = phones.filter((phone) => at(phone, 'primary') === true);
  const numbers = [...primary, ...phones].map((phone) => textAt(phone, 'value'));
  return numbers.find((number) => number !== undefined) ?? textAt(item, 'phone');
}
