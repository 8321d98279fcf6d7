import { acceptCallback } from '../calls/accept-callback.ts';
import { services } from '../calls/services.ts';
import type { Exchange } from '../http/exchange.ts';
import { emptyResponse, type HttpResponse, placedResponse, problemResponse } from '../http/http-response.ts';
import type { Endpoint, Handle } from '../http/router.ts';
import { CallbackError } from '../problems/callback-error.ts';
import { log, logFailure } from '../telemetry/log.ts';
import { failureResponse } from './failure-response.ts';
import { MapProcess } from './map-process.ts';
import { type Received, receive } from './receive.ts';
import { wantedCall } from './wanted-call.ts';

/** The process starts with the first event of a webhook with `map`. */
const maps = new MapProcess();

/** `POST /webhooks/{name}`. Each kind of sender has its own authentication. */
const receiveWebhook: Handle = async (exchange, { parameters }) => {
  const name = parameters['name'] ?? '';
  const { webhooks } = await services.settings.get();
  const settings = webhooks[name];
  if (!settings) throw new CallbackError('not-found', 'The settings have no webhook of that name');

  exchange.trace.key = `webhooks/${name}`;
  const received = receive(exchange.request, name, settings, Date.now() / 1000);
  const { record } = received.reading;
  if (record !== undefined) exchange.trace.record = record;
  return await answer(received, exchange);
};

/** The endpoints of the function `webhook`. */
export const webhookEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: '/webhooks/{name}', handle: receiveWebhook },
];

async function answer(received: Received, { deadline, trace, basePath }: Exchange): Promise<HttpResponse> {
  const { name, settings } = received;
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
}
