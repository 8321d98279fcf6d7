import type { Source } from './source.ts';
import * as all from './sources.ts';

const sources = new Map<string, Source>(Object.entries(all));

export const sourceNames: readonly string[] = [...sources.keys()];

export const sourceNamed = (name: string): Source | undefined => sources.get(name);
