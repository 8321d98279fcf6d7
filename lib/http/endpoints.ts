import { addNumber } from './endpoints/add-do-not-call.ts';
import {
  endCallback,
  findCallbacks,
  playDigits,
  showCallback,
  showCallbacks,
} from './endpoints/callbacks.ts';
import { confirmLink, followLink } from './endpoints/follow-link.ts';
import { changeAgent, changeLine, showLines, showOneLine } from './endpoints/lines.ts';
import { placeFromBody } from './endpoints/place-from-body.ts';
import { describeApi, showHealth, showProblem } from './endpoints/public.ts';
import type { Endpoint } from './router.ts';

/** The endpoints of the function `callback`. A new first segment of a path also needs a route in serverless.yml. */
export const callbackEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: '/callbacks', handle: placeFromBody },
  { method: 'GET', path: '/callback', handle: followLink, forPeople: true },
  { method: 'POST', path: '/callback', handle: confirmLink, forPeople: true },
  { method: 'GET', path: '/callbacks', handle: showCallbacks },
  { method: 'POST', path: '/callbacks/search', handle: findCallbacks },
  { method: 'GET', path: '/callbacks/{id}', handle: showCallback },
  { method: 'DELETE', path: '/callbacks/{id}', handle: endCallback },
  { method: 'POST', path: '/callbacks/{id}/dtmf', handle: playDigits },
  { method: 'GET', path: '/lines', handle: showLines },
  { method: 'GET', path: '/lines/{name}', handle: showOneLine },
  { method: 'PATCH', path: '/lines/{name}', handle: changeLine },
  { method: 'PATCH', path: '/lines/{name}/agents/{extension}', handle: changeAgent },
  { method: 'POST', path: '/do-not-call', handle: addNumber },
  { method: 'GET', path: '/health', handle: showHealth },
  { method: 'GET', path: '/problems/{code}', handle: showProblem, forPeople: true },
  { method: 'GET', path: '/openapi.json', handle: describeApi },
];
