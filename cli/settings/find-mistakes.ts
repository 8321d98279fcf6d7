import type { Settings } from '../../lib/settings/settings.ts';
import { mapMistakes } from '../../lib/webhooks/map-mistakes.ts';
import { slowPatterns } from './slow-patterns.ts';

/** Returns sentences about valid settings that fail at run time. The functions do not have the code of these checks. */
export const findMistakes = async (settings: Settings): Promise<string[]> => [
  ...mapMistakes(settings),
  ...(await slowPatterns(settings)),
];
