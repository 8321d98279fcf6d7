import jsonata from 'jsonata';
import type { Settings } from '../settings/settings.ts';
import { notJsonata } from './map.ts';

/**
 * Returns a sentence for each expression in the webhooks that is not JSONata. Only the tools use this file. Functions do not load
 * jsonata at start, and report such an expression with the first event.
 */
export const mapMistakes = ({ webhooks }: Pick<Settings, 'webhooks'>): string[] =>
  Object.entries(webhooks).flatMap(([name, { map = {} }]) =>
    Object.entries(map).flatMap(([field, expression]) => {
      const code = mistakeIn(expression);
      return code === undefined ? [] : [notJsonata(name, field, code)];
    }),
  );

/** Returns jsonata's code. Its messages quote the expression. */
function mistakeIn(expression: string): string | undefined {
  try {
    jsonata(expression);
    return undefined;
  } catch (error) {
    return String((error as { code?: unknown }).code ?? 'unknown');
  }
}
