import jsonata from 'jsonata';
import { fits } from '../bounds.ts';
import { interruptible } from './interruptible.ts';
import { type Implementation, lengthOf, like, MAX_LETTERS, type Native, tooMuch } from './native.ts';
import { countedReplace, shortSplit } from './patterns.ts';

const ARGUMENTS = { values: 20_000, letters: MAX_LETTERS, depth: 32 };
/** Text that is searched for: at worst, each letter of it is compared at every place. */
const MAX_SOUGHT = 1024;
/** Pictures of dates and numbers, and what is read by them. */
const PICTURE = { values: 40, letters: 256, depth: 3 };

type Refuses = (...args: unknown[]) => boolean;
const sought: Refuses = (_, token) => lengthOf(token) > MAX_SOUGHT;
const pictured: Refuses = (...args) => !fits(args, PICTURE) || args.some(isWide);

/** What a function may not be asked for, besides reading more than ARGUMENTS. */
const REFUSES: Readonly<Record<string, Refuses>> = {
  contains: sought,
  substringBefore: sought,
  substringAfter: sought,
  split: sought,
  replace: sought,
  pad: (_, width, padding) => !(Math.abs(Number(width)) * Math.max(1, lengthOf(padding)) <= MAX_LETTERS),
  join: (list, separator) => Array.isArray(list) && list.length * lengthOf(separator) > MAX_LETTERS,
};

/** They make regular expressions of a picture, or count to what it tells. */
const PICTURED = ['toMillis', 'fromMillis', 'now', 'formatNumber', 'formatInteger', 'parseInteger'];

const READERS = [
  ...['string', 'clone', 'substring', 'lowercase', 'uppercase', 'length', 'trim', 'match', 'number'],
  ...['base64encode', 'base64decode', 'encodeUrl', 'encodeUrlComponent', 'decodeUrl', 'decodeUrlComponent'],
];

/**
 * Those functions of jsonata that do in one step, where it looks at none of its limits, what costs as much as a
 * stranger's text is long; each bounded.
 *
 * @param deadline As `Date.now()` tells time.
 */
export async function boundedNatives(deadline: number): Promise<[name: string, native: Native][]> {
  natives ??= loadNatives();
  return Array.from(await natives, ([name, native]) => {
    const implementation = bounded(name, native.implementation, deadline);
    return [name, { ...native, implementation }];
  });
}

let natives: Promise<Map<string, Native>> | undefined;

async function loadNatives(): Promise<Map<string, Native>> {
  const loaded = [...Object.keys(REFUSES), ...PICTURED, ...READERS].map(
    async (name): Promise<[string, Native]> => [name, await jsonata(`$${name}`).evaluate(undefined)],
  );
  const found = new Map(await Promise.all(loaded));
  // jsonata's own tells the time of the expression that it was taken from.
  const present: Implementation = (...args) => found.get('fromMillis')?.implementation(Date.now(), ...args);
  const ours: [string, (native: Implementation) => Implementation][] = [
    ['replace', countedReplace],
    ['split', shortSplit],
    ['now', () => present],
  ];
  for (const [name, change] of ours) {
    const native = found.get(name);
    if (!native) throw new Error(`jsonata has no $${name}`);
    const implementation = like(native.implementation, change(native.implementation));
    found.set(name, { ...native, implementation });
  }
  return found;
}

function bounded(name: string, native: Implementation, deadline: number): Implementation {
  const refuses = PICTURED.includes(name) ? pictured : REFUSES[name];
  const checked: Implementation = function (...args) {
    if (!fits(args, ARGUMENTS) || refuses?.(...args)) throw tooMuch(name);
    const run = () => native.apply(this, args);
    return refuses === pictured ? interruptible(run, deadline) : run();
  };
  return like(native, checked);
}

/** `[Y,100000]` has a hundred thousand digits. */
const isWide = (picture: unknown): boolean =>
  typeof picture === 'string' && /\[[^\]]*,[^\]]*\d{3}/.test(picture.replace(/\s/g, ''));
