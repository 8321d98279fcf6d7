import { CallbackError } from '../calls/callback-error.ts';

/**
 * Whether a pattern of the settings matches the whole text, anchored or not: `3[0-9]{3}` must not let `13200` through,
 * nor `^32|33$` let `3299` through.
 *
 * The pattern has to be one by itself first; `a)|(b` would otherwise break out of the group that anchors it.
 */
export function matchesWhole(pattern: string, text: string): boolean {
  try {
    new RegExp(pattern);
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    throw new CallbackError(
      'route-invalid',
      'A pattern of this route is no regular expression: mend the route',
    );
  }
}
