import * as z from 'zod/mini';

/** Describes a schema for OpenAPI, which is generated from the schemas. With an `id`, OpenAPI lists it under this name. */
export const described = <T extends z.ZodMiniType>(schema: T, description: string, more: object = {}): T => {
  z.globalRegistry.add(schema, { description, ...more });
  return schema;
};
