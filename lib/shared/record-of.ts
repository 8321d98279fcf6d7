import * as z from 'zod/mini';

/** Returns the schema of an object with free names. Refuses the name `__proto__`, which `z.record` leaves out silently. */
export const recordOf = <V extends z.core.SomeType>(name: z.ZodMiniString, value: V, words?: string) =>
  z.pipe(
    z.transform((input: unknown, context) => {
      if (Object.hasOwn(Object(input), '__proto__'))
        context.issues.push({
          code: 'custom',
          message: 'must have another name',
          path: ['__proto__'],
          input,
        });
      return input;
    }),
    z.record(name, value, words),
  );
