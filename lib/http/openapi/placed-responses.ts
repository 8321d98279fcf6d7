import { ref } from './component-schemas.ts';
import { jsonContent } from './parts.ts';

const flag = (description: string) => ({ description, schema: { type: 'string', const: 'true' } });

export const callbackPlaced = {
  description:
    'Asterisk accepted the Originate, or a repeated request got its callback. `status` says how far the callback is.',
  headers: {
    Location: { description: 'The address of the callback', schema: { type: 'string' } },
    'Idempotent-Replayed': flag(
      '`true` if no phone rang for this request, because it repeats an earlier one',
    ),
  },
  content: jsonContent(ref('Callback')),
};

/** A callback that waits in the line of its route. */
export const callbackAccepted = {
  ...callbackPlaced,
  description:
    'The route has a line. The callback was stored, and the runner of the line places it. `status` says how far the callback is.',
};

export const alreadyOpen = {
  ...callbackPlaced,
  description:
    'The number already has an open callback on the line. This callback is returned, and no second callback was stored. If the key may not use the route of that callback, its metadata and the names of agents and PBXs are left out.',
  headers: {
    ...callbackPlaced.headers,
    'Already-Open': flag('`true` if the callback was open before this request'),
  },
};

/** The responses of success to a request that places a callback. */
export const placed = { 200: alreadyOpen, 201: callbackPlaced, 202: callbackAccepted };
