import { marked } from '../terminal.ts';
import { changeLines, type ParameterChange } from './compare.ts';

const MARKS = { add: '+', change: '~', retype: '~', remove: '-' } as const;

/** Returns the line for a change, with its details below it. */
export function showChange(change: ParameterChange, willDelete: boolean): string {
  const details = changeLines(change).map((line) => `\n      ${line}`);
  return `${marked(MARKS[change.kind], 2)} ${change.name}  ${wordsOf(change, willDelete)}${details.join('')}`;
}

function wordsOf(change: ParameterChange, willDelete: boolean): string {
  switch (change.kind) {
    case 'add':
      return `new (${change.wanted.type})`;
    case 'change':
      return `differs (${change.wanted.type})`;
    case 'retype':
      return `is a ${change.stored.type} and must be a ${change.wanted.type}. ${willDelete ? 'It is deleted and written again' : 'To delete it and write it again, add --delete'}`;
    case 'remove':
      return `is not in the file. ${willDelete ? 'It is deleted' : 'It stays. To delete it, add --delete'}`;
  }
}
