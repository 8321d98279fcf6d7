import type { HttpRequest } from '../http/http-request.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { WebhookSettings } from '../settings/settings.ts';
import type { Delivery } from './define-source.ts';
import { readPayload } from './payload.ts';
import { openWebhook } from './webhook.ts';

/** An event whose sender is authenticated. */
export type Received = ReturnType<typeof receive>;

/**
 * Authenticates the sender of an event, and reads the event.
 *
 * @param now Unix time in seconds.
 * @throws CallbackError credentials-invalid, request-invalid, request-malformed and others; SettingsError.
 */
export function receive(request: HttpRequest, name: string, written: WebhookSettings, now: number) {
  const webhook = openWebhook(name, written);
  const { settings, source } = webhook;
  const delivery: Delivery = { request, payload: readPayload(request), now };
  if (!source.verify(delivery, settings))
    throw new CallbackError('credentials-invalid', `This webhook expects ${source.proof}`);
  return { ...webhook, delivery, reading: source.read(delivery, settings) };
}
