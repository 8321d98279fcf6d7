import * as z from 'zod';
import { openApi } from '../../../lib/http/openapi.ts';
import type { Answer } from './callback-function.ts';

interface Described {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, Content> }> }>>;
  components: { schemas: Record<string, Schema> };
}
interface Content {
  schema: Schema;
}
type Schema = z.core.JSONSchema.JSONSchema;

/**
 * The description, stricter than it is for others: what is not described must not be there. zod knows local references
 * and typed schemas.
 */
const described: Described = JSON.parse(
  JSON.stringify(openApi()).replaceAll('#/components/schemas/', '#/$defs/'),
  (_, value) => {
    if (typeof value !== 'object' || value === null || !('properties' in value)) return value;
    return 'type' in value ? { additionalProperties: false, ...value } : { type: 'object', ...value };
  },
);

/** What is wrong with an answer, by the schema that the description has for this address, status and type. */
export function mistakesIn(answer: Answer, method: string, path: string): string[] {
  const { status, headers, body } = answer;
  const response = described.paths[path]?.[method.toLowerCase()]?.responses[status];
  const schema = response?.content?.[headers['content-type'] ?? '']?.schema;
  if (!schema) return [`${method} ${path} is not described to answer ${status} ${headers['content-type']}`];
  const checked = z.fromJSONSchema({ ...schema, $defs: described.components.schemas }).safeParse(body);
  return checked.success
    ? []
    : checked.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
}
