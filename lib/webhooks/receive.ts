import type { HttpRequest } from '../http/http-request.ts';
import type { WebhookSettings } from '../settings/settings.ts';
import { checkSignature } from './check-signature.ts';
import type { Delivery } from './define-source.ts';
import { readPayload } from './payload.ts';
import type { Reading } from './reading.ts';
import { openWebhook, type Webhook } from './webhook.ts';

/** An event whose sender is authenticated. */
export interface Received extends Webhook {
  delivery: Delivery;
  reading: Reading;
}

/**
 * Authenticates the sender of an event, and reads the event.
 *
 * @param now Unix time in seconds.
 * @throws CallbackError credentials-invalid, request-invalid, request-malformed and others; SettingsError.
 */
export function receive(
  request: HttpRequest,
  name: string,
  settings: WebhookSettings,
  now: number,
): Received {
  const { source } = openWebhook(name, settings);
  const delivery = { request, payload: readPayload(request), now };
  checkSignature(source, delivery);
  return { name, settings, source, delivery, reading: source.read(delivery) };
}
