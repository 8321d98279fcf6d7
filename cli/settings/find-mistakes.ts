import type { Settings } from '../../lib/settings/settings.ts';
import { mapMistakes } from '../../lib/webhooks/map-mistakes.ts';
import { slowPatterns } from './slow-patterns.ts';

/** Sentences about settings that parse, but would fail at run time. The functions do not load what finds them. */
export const findMistakes = async (settings: Settings): Promise<string[]> => [
  ...mapMistakes(settings),
  ...(await slowPatterns(settings)),
];
