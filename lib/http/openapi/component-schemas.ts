import * as z from 'zod/mini';
// These files register their schemas under the names that the description uses.
import '../../calls/callback-request.ts';
import '../../calls/line-schema.ts';
import '../../calls/do-not-call-request.ts';
import '../../calls/list-request.ts';
import '../../problems/problem-object.ts';

export type Schema = z.core.JSONSchema.BaseSchema;
type Properties = Record<string, Schema>;

export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const { schemas } = z.toJSONSchema(z.globalRegistry, {
  io: 'input',
  uri: (name) => `#/components/schemas/${name}`,
  override: ({ jsonSchema }) => {
    describeDefault(jsonSchema);
    forgetIntegerBounds(jsonSchema);
  },
});

/** The schemas of requests and responses as JSON Schema. The same schemas check the requests. */
export const componentSchemas: Properties = Object.fromEntries(
  Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
);

/** Returns the fields of a request that a link or a list carries in its query. */
export const fieldsOf = (name: string): Properties =>
  Object.fromEntries(
    Object.entries(componentSchemas[name]?.properties ?? {}).map(([field, schema]) => [
      field,
      Object(schema),
    ]),
  );

/** A `default` makes client generators require the field. So the default goes into the description. */
function describeDefault(schema: Schema): void {
  const { default: value, description } = schema;
  if (value === undefined) return;
  delete schema.default;
  const isEmpty = typeof value === 'object';
  schema.description = isEmpty ? (description ?? '') : `${description}. Default: \`${value}\``;
}

/** Removes the bounds of safe integers, which zod adds to every integer. */
function forgetIntegerBounds(schema: Schema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}
