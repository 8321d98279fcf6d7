import * as z from 'zod/mini';
import { described } from '../shared/described.ts';
import { parseRequest, searchText, time } from './request-schema.ts';

/** OpenAPI is generated from these schemas. */
const doNotCallRequest = described(
  z.strictObject({
    number: described(searchText(128), 'The number, as people write it in the country of a route'),
    until: z.optional(described(time(), 'When the number may be called again. Without `until`, never')),
  }),
  'A number that nobody may call',
  { id: 'DoNotCallRequest' },
);

export type DoNotCallRequest = z.infer<typeof doNotCallRequest>;

const doNotCallEntry = described(
  z.object({
    number: described(z.string(), 'The number in E.164 form, or the extension'),
    addedAt: described(z.string(), 'When the number was first added'),
    until: described(z.nullable(z.string()), 'When the number may be called again. `null`: never'),
  }),
  'A number on the do-not-call list',
  { id: 'DoNotCallEntry' },
);

export type AddedNumber = z.infer<typeof doNotCallEntry>;

/** @throws CallbackError request-invalid. */
export const parseDoNotCallRequest = (input: unknown): DoNotCallRequest =>
  parseRequest(doNotCallRequest, input);
