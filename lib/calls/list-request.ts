import * as z from 'zod/mini';
import { described } from '../shared/described.ts';
import { statusSchema } from './callback.ts';
import { parseRequest, searchText, time } from './request-schema.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

const limit = () => z.int().check(z.gte(1), z.lte(MAX_LIMIT));

const page = () => ({
  limit: z._default(described(limit(), 'How many callbacks a page holds at most'), DEFAULT_LIMIT),
  cursor: z.optional(described(searchText(500), 'The `cursor` of the page before, with the same filters')),
});

/** OpenAPI is generated from these schemas. */
const listRequest = described(
  z.strictObject({
    status: z.optional(described(z.enum(statusSchema.options), 'Only callbacks with this status')),
    route: z.optional(described(searchText(64), 'Only callbacks of this route')),
    line: z.optional(described(searchText(64), 'Only callbacks of this line')),
    agent: z.optional(described(searchText(64), 'Only callbacks of this agent')),
    from: z.optional(described(time(), 'Only callbacks created at or after this time')),
    until: z.optional(described(time(), 'Only callbacks created before this time')),
    ...page(),
  }),
  'Filters of a list',
  { id: 'ListRequest' },
);

const searchRequest = described(
  z.strictObject({
    to: described(searchText(128), 'The number, as people write it in the country of a route'),
    ...page(),
  }),
  'A search for the callbacks of a number',
  { id: 'SearchRequest' },
);

export type ListRequest = z.infer<typeof listRequest>;
export type SearchRequest = z.infer<typeof searchRequest>;

/** @throws CallbackError request-invalid. */
export const parseListRequest = (input: unknown): ListRequest => parseRequest(listRequest, input);

/** @throws CallbackError request-invalid. */
export const parseSearchRequest = (input: unknown): SearchRequest => parseRequest(searchRequest, input);
