import { authenticate, mayUseRoute } from '../lib/access/index.ts';
import { readBody, readForm } from '../lib/http/body.ts';
import { ProblemError } from '../lib/http/problem.ts';
import { type HttpResponse, jsonResponse } from '../lib/http/response.ts';
import { type Endpoint, findEndpoint } from '../lib/http/router.ts';
import { type DialOptions, dial } from './dial.ts';
import { type Call, httpHandler, looksAhead, nothingDialled } from './http.ts';
import { switchboard } from './switchboard.ts';

const endpoints: readonly Endpoint<(call: Call) => Promise<HttpResponse>>[] = [
  { method: 'POST', path: '/callbacks', handle: (call) => placeCallback(call, readBody) },
  { method: 'GET', path: '/callback', handle: placeFromLink },
  { method: 'GET', path: '/health', handle: async () => jsonResponse(200, { status: 'ok' }) },
];

/** All HTTP doors but the webhooks. */
export const handler = httpHandler((call) => {
  const { handle } = findEndpoint(endpoints, call.request.method, call.request.path);
  return handle(call);
});

type Reader = (request: Call['request']) => { [field: string]: unknown };

async function placeCallback(
  { request, until }: Call,
  read: Reader,
  more: Pick<DialOptions, 'classic'> = {},
): Promise<HttpResponse> {
  const { keys } = await switchboard.settings.get();
  const access = authenticate(request, keys, Math.floor(Date.now() / 1000));
  if (!access.ok) throw new ProblemError(access.code, access.message);
  const mayUse = (route: string): boolean => mayUseRoute(access.key, route);
  const callback = await dial(read(request), { until, mayUseRoute: mayUse, ...more });
  return jsonResponse(201, callback, { location: `/callbacks/${callback.id}` });
}

const CREDENTIALS = ['key', 'exp', 'sig', 'token'];

/** A signed link, or the classic `callback.php?p=1&c=…&cid=…&num=…`. */
async function placeFromLink(call: Call): Promise<HttpResponse> {
  if (looksAhead(call.request)) return nothingDialled();
  const first = (wanted: string) => call.request.query.find(([name]) => name === wanted)?.[1];
  const read: Reader = ({ query }) => {
    const fields = query
      .filter(([name]) => !CREDENTIALS.includes(name) && name !== 'c' && name !== 'p')
      .map(([name, value]): [string, string] => [modernName(name), value]);
    return readForm(fields);
  };
  return await placeCallback(call, read, { classic: { c: first('c'), p: first('p') } });
}

const modernName = (name: string): string => (name === 'num' ? 'to' : name === 'cid' ? 'agent' : name);
