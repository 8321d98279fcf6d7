import * as z from 'zod/mini';
import { invalidRequest, TIME_WORDS } from './callback-request.ts';
import { fieldErrors } from './field-errors.ts';

const described = <T extends z.ZodMiniType>(schema: T, description: string, more: object = {}): T => {
  z.globalRegistry.add(schema, { description, ...more });
  return schema;
};

/** OpenAPI is generated from these schemas. */
const doNotCallRequest = described(
  z.strictObject({
    number: described(
      z.string().check(z.minLength(1, 'is empty'), z.maxLength(128, 'at most 128 characters')),
      'The number, as people write it in the country of a route',
    ),
    until: z.optional(
      described(
        z.iso.datetime({ offset: true, error: TIME_WORDS }),
        'When the number may be called again. Without it: never',
      ),
    ),
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
export function parseDoNotCallRequest(input: unknown): DoNotCallRequest {
  const result = doNotCallRequest.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  throw invalidRequest(fieldErrors(result.error, ['number', 'until']));
}
