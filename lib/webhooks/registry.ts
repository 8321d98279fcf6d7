import type { SourceName } from '../settings/webhook-sources.ts';
import type { Source } from './source.ts';
import * as all from './sources.ts';

/** One for every name that the settings take. */
const known: Readonly<Record<SourceName, Source>> = all;
const sources: ReadonlyMap<string, Source> = new Map(Object.entries(known));

export const sourceNamed = (name: string): Source | undefined => sources.get(name);
