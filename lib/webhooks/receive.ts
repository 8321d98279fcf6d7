import { createHash } from 'node:crypto';
import { CallbackError } from '../calls/callback-error.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { SAME_REQUEST_SECONDS } from '../http/idempotency-key.ts';
import type { WebhookSettings } from '../settings/settings.ts';
import { checkTime } from './event-age.ts';
import { applyMap, mapFailed } from './map.ts';
import type { MapProcess } from './map-process.ts';
import { readPayload } from './payload.ts';
import { sourceNamed } from './registry.ts';
import { agentFor } from './sender-agents.ts';
import { type Delivery, type NoCall, noCall, type Reading, type Source } from './source.ts';

/** A delivery whose sender has proved who it is. */
export interface Received {
  /** The webhook's in the settings. */
  name: string;
  settings: WebhookSettings;
  source: Source;
  delivery: Delivery;
  reading: Reading;
}

/** The call that an event asks for. */
export interface Asked {
  call: true;
  /** A callback request, not yet checked. */
  fields: Record<string, unknown>;
  /** The same whenever this event is delivered. */
  key: string;
  /** How long the key means this event, where it is not an id of the sender's. */
  keySeconds?: number;
  /** What tells this event from a later one with its key. */
  delivery?: string;
  /** Whom the event names, if nobody knows his extension. */
  unknownUser?: string;
}

/**
 * Lets in what comes from the sender of the settings.
 *
 * @param now Unix time in seconds.
 * @throws CallbackError credentials-invalid, request-invalid, request-malformed and the like.
 */
export function receive(
  request: HttpRequest,
  name: string,
  settings: WebhookSettings,
  now: number,
): Received {
  const source = sourceNamed(settings.source);
  const delivery = { request, payload: readPayload(request), now };
  if (!source?.verify(delivery, settings)) {
    throw new CallbackError('credentials-invalid', `This webhook wants ${source?.proof ?? 'another source'}`);
  }
  return { name, settings, source, delivery, reading: source.read(delivery, settings) };
}

/**
 * The call that an event asks for, or why it asks for none.
 *
 * @throws CallbackError event-too-old, map-failed, request-invalid; SettingsError.
 */
export async function wantedCall(
  { name, settings, source, delivery, reading }: Received,
  maps: MapProcess,
): Promise<Asked | NoCall> {
  if (!reading.call) return reading;
  const mapped = settings.map ? await applyMap(settings.map, delivery.payload, name, maps) : {};
  if (!mapped) return noCall('map.call is not true');
  if (reading.several) {
    throw new CallbackError(
      'request-invalid',
      'One delivery holds events for several calls: let the sender deliver them one by one',
    );
  }
  const { agent, time = reading.time, key = reading.key, ...own } = mapped;
  const fields: Record<string, unknown> = {
    ...reading.fields,
    ...(settings.route !== undefined && { route: settings.route }),
    ...own,
    // Senders wait for seconds only.
    wait: 'accepted',
  };
  if (source.ofRecords && fields['to'] === undefined) return noCall('there is no number');
  if (time === undefined && settings.map?.['time']) throw mapFailed('time', 'yields nothing');
  if (!key && settings.map?.['key']) throw mapFailed('key', 'yields nothing');
  if (time !== undefined) checkTime(time, settings.maxAgeSeconds, delivery.now);

  const whose = { mapped: agent, explicit: reading.fields['agent'], user: reading.user };
  const extension = agentFor(whose, settings.agents);
  const named = agent ?? whose.explicit ?? whose.user;
  return {
    call: true,
    fields: withoutUndefined({ ...fields, agent: extension }),
    ...(typeof key === 'string' && key !== ''
      ? { key }
      : { key: digestOf(delivery.request), keySeconds: SAME_REQUEST_SECONDS }),
    ...(reading.delivery !== undefined && { delivery: reading.delivery }),
    ...(extension === undefined && isId(named) && { unknownUser: String(named) }),
  };
}

const isId = (named: unknown): boolean => ['string', 'number'].includes(typeof named);

const withoutUndefined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const digestOf = ({ query, body }: HttpRequest): string =>
  createHash('sha256').update(JSON.stringify(query)).update(body).digest('base64url');
