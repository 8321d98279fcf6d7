import { createHash } from 'node:crypto';
import { SAME_REQUEST_SECONDS } from '../calls/repeats/request-keys.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { CallbackError } from '../problems/callback-error.ts';
import { checkTime } from './event-age.ts';
import { extensionOf } from './extension-of-user.ts';
import { applyMap, mapFailed } from './map.ts';
import type { MapProcess } from './map-process.ts';
import { type NoCall, noCall } from './reading.ts';
import type { Received } from './receive.ts';

/** The call that an event requests, after `map`, `agents` and `route` of the settings. */
export interface WantedCall {
  call: true;
  /** Fields of a callback request, not yet checked. */
  fields: Record<string, unknown>;
  /** Every delivery of this event has this key. */
  key: string;
  /** How long a request with the key is a repeat, in seconds. Set if the key is not an id of the sender. */
  keySeconds?: number;
  /** Names the event, for a sender that uses one key for several events. */
  delivery?: string | undefined;
  /** The user of the event, if the settings have no extension for this user. */
  unknownUser?: string;
}

/**
 * Returns the call that an event requests, or the reason why the event requests no call.
 *
 * @throws CallbackError event-too-old, map-failed, request-invalid; SettingsError.
 */
export async function wantedCall(
  { name, settings, source, delivery, reading }: Received,
  maps: MapProcess,
): Promise<WantedCall | NoCall> {
  if (!reading.call) return reading;
  const mapped = settings.map ? await applyMap(settings.map, delivery.payload, name, maps) : {};
  if (!mapped) return noCall('map.call is not true', reading.record);
  if (reading.several) {
    throw new CallbackError(
      'request-invalid',
      'One delivery holds events for several calls. Let the sender deliver them one by one',
    );
  }
  const { agent, time = reading.time, key = reading.key, ...own } = mapped;
  const fields: Record<string, unknown> = {
    ...reading.fields,
    route: settings.route,
    ...own,
    // Senders wait only for a few seconds.
    wait: 'accepted',
  };
  if (source.ofRecords && fields['to'] === undefined) return noCall('there is no number', reading.record);
  if (time === undefined && settings.map?.['time']) throw mapFailed('time', 'yields nothing');
  if (!key && settings.map?.['key']) throw mapFailed('key', 'yields nothing');
  if (time !== undefined) checkTime(time, settings.maxAgeSeconds, delivery.now);

  const extension = extensionOf(agent, reading, settings.agents);
  const named = agent ?? reading.fields['agent'] ?? reading.user;
  return {
    call: true,
    fields: withoutUndefined({ ...fields, agent: extension }),
    ...(typeof key === 'string' && key !== ''
      ? { key }
      : { key: digestOf(delivery.request), keySeconds: SAME_REQUEST_SECONDS }),
    delivery: reading.delivery,
    ...(extension === undefined && isId(named) && { unknownUser: String(named) }),
  };
}

const isId = (named: unknown): boolean => ['string', 'number'].includes(typeof named);

const withoutUndefined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const digestOf = ({ query, body }: HttpRequest): string =>
  createHash('sha256').update(JSON.stringify(query)).update(body).digest('base64url');
