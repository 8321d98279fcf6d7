import * as z from 'zod/mini';
import { name, text } from './shapes.ts';

/** A sender of events. What more it holds depends on `source`, whose own code checks it. */
export const webhookSchema = z.looseObject(
  {
    source: text('the name of a source, such as "hubspot" or "json"'),
    secret: z.exactOptional(text('the secret that the sender shares')),
    route: z.exactOptional(name),
  },
  'must be an object such as {"source": "hubspot", "secret": "…", "route": "sales"}',
);

export type WebhookSettings = z.infer<typeof webhookSchema>;
