import type { Settings } from '../../settings/settings.ts';
import { noExpression } from '../map.ts';
import { compile } from './compile.ts';

/**
 * The expressions of all webhooks that are wrong whatever they are given, each with the name of its parameter: for whoever
 * checks settings. The functions find out with the first event, as reading settings does not load jsonata there.
 */
export const mapMistakes = ({ webhooks }: Pick<Settings, 'webhooks'>): string[] =>
  Object.entries(webhooks).flatMap(([name, { map = {} }]) =>
    Object.entries(map).flatMap(([field, expression]) => {
      const compiled = compile(expression);
      return compiled.ok ? [] : [noExpression(name, field, compiled.code)];
    }),
  );
