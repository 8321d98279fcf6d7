import { dialOnce } from '../lib/calls/accept-callback.ts';
import { CallbackError } from '../lib/calls/callback-error.ts';
import { switchboard } from '../lib/calls/services.ts';
import { type Call, httpHandler, nothingDialled, placed } from '../lib/http/http-handler.ts';
import { type HttpResponse, problemResponse } from '../lib/http/http-response.ts';
import { type Endpoint, endpointFor, findPath } from '../lib/http/router.ts';
import { log, logFailure } from '../lib/telemetry/log.ts';
import { failureOf } from '../lib/webhooks/failure.ts';
import { type Asked, type Received, receive, wantedCall } from '../lib/webhooks/receive.ts';

export const endpoints: readonly Endpoint<undefined>[] = [
  { method: 'POST', path: '/webhooks/{name}', handle: undefined },
];

/** The door for CRMs and other senders of events; each of them proves itself in its own way. */
export const handler = httpHandler(async (call) => {
  const { request, trace } = call;
  const found = findPath(endpoints, request.path);
  endpointFor(found, request.method);
  const name = found.parameters['name'] ?? '';
  const { webhooks } = await switchboard.settings.get();
  const settings = webhooks[name];
  if (!settings) throw new CallbackError('not-found', 'The settings have no webhook of that name');

  trace.key = `webhooks/${name}`;
  return await answer(receive(request, name, settings, Date.now() / 1000), call);
});

async function answer(received: Received, call: Call): Promise<HttpResponse> {
  let unknownUser: string | undefined;
  try {
    const asked = await wantedCall(received);
    if (!asked.call) {
      log.info('no call', { source: received.settings.source, why: asked.why, ...call.trace });
      return nothingDialled();
    }
    unknownUser = asked.unknownUser;
    return await place(asked, received, call);
  } catch (error) {
    const { problem, told } = failureOf(error, received, unknownUser);
    logFailure(problem, call.trace);
    return told ? problemResponse(told, call.trace.requestId ?? '') : nothingDialled();
  }
}

async function place(
  asked: Asked,
  { name, settings }: Received,
  { until, trace }: Call,
): Promise<HttpResponse> {
  const answered = await dialOnce(asked.fields, {
    until,
    trace,
    idempotency: {
      principal: `webhook/${settings.source}/${name}`,
      key: asked.key,
      seconds: asked.keySeconds,
      delivery: asked.delivery,
    },
  });
  return placed(answered);
}
