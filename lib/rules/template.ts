import { CallbackError } from '../problems/callback-error.ts';

/** Replaces each `{name}` by its value, in one pass, so that a value is never read as a template. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w*)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      throw new CallbackError('route-invalid', 'A template of this route has an unknown placeholder', {
        hint: `Remove {${name}} from ${template}. Known are ${Object.keys(values).join(', ')}`,
      });
    }
    return value;
  });
}
