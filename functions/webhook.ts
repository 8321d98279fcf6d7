import { ProblemError } from '../lib/http/problem.ts';
import { jsonResponse } from '../lib/http/response.ts';
import { type Endpoint, endpointFor, findPath } from '../lib/http/router.ts';
import { readWebhook } from '../lib/webhooks/index.ts';
import { dialOnce } from './dial.ts';
import { httpHandler, nothingDialled } from './http.ts';
import { switchboard } from './switchboard.ts';

export const endpoints: readonly Endpoint<undefined>[] = [
  { method: 'POST', path: '/webhooks/{name}', handle: undefined },
];

/** The door for CRMs and other senders of events; each of them proves itself in its own way. */
export const handler = httpHandler(async ({ request, until, trace }) => {
  const found = findPath(endpoints, request.path);
  endpointFor(found, request.method);
  const name = found.parameters['name'] ?? '';
  const { webhooks } = await switchboard.settings.get();
  const settings = webhooks[name];
  if (!settings) throw new ProblemError('not-found', 'The settings have no webhook of that name');

  trace.key = `webhooks/${name}`;
  const asked = await readWebhook(request, name, settings, Date.now() / 1000);
  if (!asked) return nothingDialled();
  const { callback, replayed } = await dialOnce(asked.fields, {
    until,
    trace,
    idempotency: {
      principal: `webhook/${settings.source}/${name}`,
      key: asked.key,
      ...(asked.keySeconds !== undefined && { seconds: asked.keySeconds }),
    },
  });
  return jsonResponse(201, callback, {
    location: `/callbacks/${callback.id}`,
    ...(replayed && { 'idempotent-replayed': 'true' }),
  });
});
