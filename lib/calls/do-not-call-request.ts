import * as z from 'zod/mini';
import { described } from '../shared/described.ts';
import { parseRequest, searchText, time } from './request-schema.ts';

/** OpenAPI is generated from these schemas. */
const doNotCallRequest = described(
  z.strictObject({
    number: described(searchText(128), 'The number, as people write it in the country of a route'),
    until: z.optional(described(time(), 'When the number may be called again. Without it: never')),
  }),
  'A number that nobody may call',
  { id: 'DoNotCallRequest' },
);

export type DoNotCallRequest = z.infer<typeof doNotCallRequest>;

const doNotCallEntry = described(
  z.object({
    number: described(z.string(), 'The number as it was understood: E.164, or an extension'),
    addedAt: described(z.string(), 'When it was added first'),
    until: described(z.nullable(z.string()), 'When it may be called again; `null` for never'),
  }),
  'A number on the do-not-call list',
  { id: 'DoNotCallEntry' },
);

export type AddedNumber = z.infer<typeof doNotCallEntry>;

/** @throws CallbackError request-invalid. */
export const parseDoNotCallRequest = (input: unknown): DoNotCallRequest =>
  parseRequest(doNotCallRequest, input);
