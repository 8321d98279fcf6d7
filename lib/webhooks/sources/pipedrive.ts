import { at, listAt, textAt } from '../payload-path.ts';
import { isOneOf } from '../signature.ts';
import { NOT_LISTED, noCall, type Source } from '../source.ts';

const EVENTS = ['person.create', 'activity.create'];

/** Webhooks v1 name their actions otherwise. */
const V2_ACTIONS: Readonly<Record<string, string>> = {
  added: 'create',
  updated: 'change',
  deleted: 'delete',
};

/**
 * Webhooks v2 (`meta`, `data`, `previous`) and v1 (`meta`, `current`, `previous`), with HTTP Basic.
 * https://pipedrive.readme.io/docs/guide-for-webhooks-v2 and https://pipedrive.readme.io/docs/guide-for-webhooks
 */
export const pipedrive: Source = {
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
    if (!events.includes(event)) return noCall(NOT_LISTED);
    if (entity === 'activity' && (textAt(item, 'type') !== 'call' || isDone(item))) {
      return noCall('the activity is no call to be made');
    }

    const time = meta('timestamp_micro') ?? meta('timestamp');
    const id = meta('entity_id') ?? meta('id');
    return {
      call: true,
      fields: { to: phoneOf(item) },
      user: textAt(item, 'owner_id') ?? textAt(item, 'user_id'),
      // The ids of a delivery may be those of the attempt; the moment of the change is the same for all of them.
      key: [event, id, time].join('.'),
      time,
    };
  },
};

/** The primary number, or the first. */
function phoneOf(item: unknown): string | undefined {
  const phones = [...listAt(item, 'phones'), ...listAt(item, 'phone')];
  const primary = phones.filter((phone) => at(phone, 'primary') === true);
  const numbers = [...primary, ...phones].map((phone) => textAt(phone, 'value'));
  return numbers.find((number) => number !== undefined) ?? textAt(item, 'phone');
}

const isDone = (item: unknown): boolean => [true, 1].includes(at(item, 'done') as boolean | number);
