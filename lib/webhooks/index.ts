import { createHash } from 'node:crypto';
import { SAME_REQUEST_SECONDS } from '../http/idempotency-key.ts';
import { ProblemError } from '../http/problem.ts';
import type { HttpRequest } from '../http/request.ts';
import type { WebhookSettings } from '../settings/schema.ts';
import { applyMap } from './map.ts';
import { readPayload } from './payload.ts';
import { sourceNamed } from './registry.ts';
import type { WantedCall } from './source.ts';
import { unixSeconds } from './time.ts';

/** The call that an event asks for. */
export interface Asked {
  /** A callback request, not yet checked. */
  fields: Record<string, unknown>;
  /** The same whenever this event is delivered. */
  key: string;
  /** How long the key means this event, where it is not an id of the sender's. */
  keySeconds?: number;
}

/**
 * What a webhook asks for; undefined if it asks for no call.
 *
 * @param name The webhook's in the settings.
 * @param now Unix time in seconds.
 * @throws ProblemError credentials-invalid, event-too-old, map-failed, request-invalid, request-malformed and the like;
 * SettingsError.
 */
export async function readWebhook(
  request: HttpRequest,
  name: string,
  settings: WebhookSettings,
  now: number,
): Promise<Asked | undefined> {
  const source = sourceNamed(settings.source);
  const delivery = { request, payload: readPayload(request), now };
  if (!source?.verify(delivery, settings)) {
    throw new ProblemError('credentials-invalid', `This webhook wants ${source?.proof ?? 'another source'}`);
  }
  const reading = source.read(delivery, settings);
  if (!reading.call) return undefined;
  const {
    call = true,
    time = reading.time,
    key = reading.key,
    ...mapped
  } = settings.map ? await applyMap(settings.map, delivery.payload, name) : {};
  if (call !== true) return undefined;

  const fields: Record<string, unknown> = {
    ...reading.fields,
    ...(settings.route !== undefined && { route: settings.route }),
    ...mapped,
    // Senders wait for seconds only.
    wait: 'accepted',
  };
  if (source.ofRecords && fields['to'] === undefined) return undefined;
  refuseOld(time, settings.maxAgeSeconds, now);
  const agent = agentOf({ ...reading, fields }, settings.agents);
  const asked = { ...withoutUndefined(fields), ...(agent !== undefined && { agent }) };
  if (typeof key === 'string' && key !== '') return { fields: asked, key };
  return { fields: asked, key: digestOf(request), keySeconds: SAME_REQUEST_SECONDS };
}

/** `agents` maps what the sender knows; `*` stands for everybody else. An id that nobody mapped is no extension. */
function agentOf({ fields, user }: WantedCall, agents?: Readonly<Record<string, string>>): unknown {
  const named = fields['agent'];
  if (!agents) return named;
  const known = String(named ?? user ?? '');
  return Object.hasOwn(agents, known) ? agents[known] : agents['*'];
}

/** A callback that comes a day late is wrong. */
function refuseOld(time: unknown, maxAgeSeconds: number, now: number): void {
  if (time === undefined) return;
  const seconds = unixSeconds(time);
  if (seconds !== undefined && now - seconds <= maxAgeSeconds) return;
  const age = seconds === undefined ? 'at a time that cannot be read' : `${Math.round(now - seconds)} s ago`;
  throw new ProblemError(
    'event-too-old',
    `It happened ${age}, and this webhook calls within ${maxAgeSeconds} s: see "maxAgeSeconds"`,
  );
}

const withoutUndefined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => name !== 'agent' && value !== undefined),
  );

const digestOf = ({ query, body }: HttpRequest): string =>
  createHash('sha256').update(JSON.stringify(query)).update(body).digest('base64url');
