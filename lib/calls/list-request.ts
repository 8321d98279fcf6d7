import * as z from 'zod/mini';
import { statusSchema } from './callback.ts';
import { invalidRequest, TIME_WORDS } from './callback-request.ts';
import { fieldErrors } from './field-errors.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

const described = <T extends z.ZodMiniType>(schema: T, description: string, more: object = {}): T => {
  z.globalRegistry.add(schema, { description, ...more });
  return schema;
};
const text = (max: number) =>
  z.string().check(z.minLength(1, 'is empty'), z.maxLength(max, `at most ${max} characters`));
const time = () => z.iso.datetime({ offset: true, error: TIME_WORDS });
const limit = () => z.int().check(z.gte(1), z.lte(MAX_LIMIT));

const page = () => ({
  limit: z._default(described(limit(), 'How many callbacks a page holds at most'), DEFAULT_LIMIT),
  cursor: z.optional(described(text(500), 'The `cursor` of the page before, with the same filters')),
});

/** OpenAPI is generated from these schemas. */
const listRequest = described(
  z.strictObject({
    status: z.optional(described(z.enum(statusSchema.options), 'Only callbacks with this status')),
    route: z.optional(described(text(64), 'Only callbacks of this route')),
    line: z.optional(described(text(64), 'Only callbacks of this line')),
    agent: z.optional(described(text(64), 'Only callbacks of this agent')),
    from: z.optional(described(time(), 'Only callbacks created at or after this time')),
    until: z.optional(described(time(), 'Only callbacks created before this time')),
    ...page(),
  }),
  'Filters of a list',
  { id: 'ListRequest' },
);

const searchRequest = described(
  z.strictObject({
    to: described(text(128), 'The number, as people write it in the country of a route'),
    ...page(),
  }),
  'A search for the callbacks of a number',
  { id: 'SearchRequest' },
);

export type ListRequest = z.infer<typeof listRequest>;
export type SearchRequest = z.infer<typeof searchRequest>;

/** @throws CallbackError request-invalid. */
export const parseListRequest = (input: unknown): ListRequest => parsed(listRequest, input);

/** @throws CallbackError request-invalid. */
export const parseSearchRequest = (input: unknown): SearchRequest => parsed(searchRequest, input);

function parsed<T extends z.ZodMiniObject>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  throw invalidRequest(fieldErrors(result.error, Object.keys(schema.def.shape)));
}
