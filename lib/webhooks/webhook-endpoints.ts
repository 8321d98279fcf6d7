import { acceptCallback } from '../calls/accept-callback.ts';
import { services } from '../calls/services.ts';
import { emptyResponse, placedResponse, problemResponse } from '../http/http-response.ts';
import type { Endpoint, Handle } from '../http/router.ts';
import { CallbackError } from '../problems/callback-error.ts';
import { log, logFailure } from '../telemetry/log.ts';
import { failureResponse } from './failure-response.ts';
import { MapProcess } from './map-process.ts';
import { receive } from './receive.ts';
import { wantedCall } from './wanted-call.ts';

/** The process starts with the first event of a webhook with `map`. */
const maps = new MapProcess();

/** `POST /webhooks/{name}`. Each kind of sender has its own authentication. */
const receiveWebhook: Handle = async ({ request, deadline, trace, basePath }, { parameters }) => {
  const name = parameters['name'] ?? '';
  const { webhooks } = await services.settings.get();
  const settings = webhooks[name];
  if (!settings) throw new CallbackError('not-found', 'The settings have no webhook of that name');

  trace.key = `webhooks/${name}`;
  const received = receive(request, name, settings, Date.now() / 1000);
  const { record } = received.reading;
  if (record !== undefined) trace.record = record;
  let unknownUser: string | undefined;
  try {
    const wanted = await wantedCall(received, maps);
    if (!wanted.call) {
      log.info('no call', { source: settings.source, why: wanted.why, ...trace });
      return emptyResponse(204);
    }
    unknownUser = wanted.unknownUser;
    const answered = await acceptCallback(wanted.fields, {
      deadline,
      trace,
      principal: `webhooks/${name}`,
      idempotency: {
        principal: `webhooks/${name}/${settings.source}`,
        key: wanted.key,
        seconds: wanted.keySeconds,
        delivery: wanted.delivery,
      },
    });
    return placedResponse(answered, basePath);
  } catch (error) {
    const { problem, response } = failureResponse(error, received, unknownUser);
    logFailure(problem, trace);
    return response ? problemResponse(response, trace.requestId ?? '', basePath) : emptyResponse(204);
  }
};

/** The endpoints of the function `webhook`. */
export const webhookEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: '/webhooks/{name}', handle: receiveWebhook },
];
