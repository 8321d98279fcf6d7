/** The classes of privileges and events in Asterisk, with their bits (include/asterisk/manager.h). */
const CLASSES = {
  system: 1,
  call: 2,
  log: 4,
  verbose: 8,
  command: 16,
  agent: 32,
  user: 64,
  config: 128,
  dtmf: 256,
  reporting: 512,
  cdr: 1024,
  dialplan: 2048,
  originate: 4096,
  agi: 8192,
  cc: 32768,
  aoc: 65536,
  test: 131072,
  security: 262144,
  message: 524288,
} as const;

export type PrivilegeClass = keyof typeof CLASSES;

/** Every class, with one bit for each. */
export const ALL_CLASSES = -1;

export function bits(classes: readonly PrivilegeClass[]): number {
  return classes.reduce((mask, name) => mask | CLASSES[name], 0);
}

/**
 * Reads a line `read=` or `write=` as Asterisk does: blanks are not removed, every item except the last matches the beginning
 * of a class, and an empty item before a comma grants all classes.
 */
export function permissions(list: string): number {
  if (listed(list, 'all')) return ALL_CLASSES;
  return Object.entries(CLASSES).reduce((mask, [name, bit]) => (listed(list, name) ? mask | bit : mask), 0);
}

function listed(list: string, name: string): boolean {
  const items = list.split(',');
  const last = items.pop() ?? '';
  return items.some((item) => name.startsWith(item)) || last === name;
}

/** Reads the header `Events` of Login or `EventMask` of Events. Undefined for an empty text, which changes nothing. */
export function eventMask(text: string): number | undefined {
  if (text === '') return undefined;
  if (/^[0-9]+$/.test(text)) return Number(text) | 0;
  if (/^(no|false|n|f|off)$/i.test(text)) return 0;
  if (/^(yes|true|y|t|on)$/i.test(text)) return ALL_CLASSES;
  return permissions(text);
}
