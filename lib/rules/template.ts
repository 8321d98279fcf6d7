import { CallbackError } from '../calls/callback-error.ts';

/** Fills `{name}`s in one pass, so that what is filled in is never filled again. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w*)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      throw new CallbackError(
        'route-invalid',
        `A template of this route has an unknown {${name}}: mend the route`,
      );
    }
    return value;
  });
}
