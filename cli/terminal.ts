import { styleText } from 'node:util';

const COLOURS = {
  OK: 'green',
  WARN: 'yellow',
  FAIL: 'red',
  SKIP: 'gray',
  '+': 'green',
  '~': 'yellow',
  '-': 'red',
  '=': 'gray',
} as const;

export type Mark = keyof typeof COLOURS;

/** Returns the mark that begins a line, padded to `width`. It has a colour on a terminal, if NO_COLOR is not set. */
export const marked = (mark: Mark, width = 4): string =>
  styleText(COLOURS[mark], mark.padEnd(width), { stream: process.stdout });

export const bold = (text: string): string => styleText('bold', text, { stream: process.stdout });

/** Ends the process without an error when the reader of its output closes the pipe, as `| head` does. */
export function endWithPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}
