import { InvalidArgumentError } from 'commander';

/** Accepts the name of a stage. The names of its parameters contain it. */
export function parseStage(text: string): string {
  if (/^[A-Za-z0-9_.-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('Use letters, digits, "_", "." and "-".');
}

/** Returns the path of a stage's settings. It is the default of `settingsPath` in serverless.yml. */
export const stagePath = (stage: string): string => `/asterisk-callback/${stage}`;

export const parsePort = (text: string): number => portFrom(1, text);

/** Accepts a port. 0 means any free port. */
export const parseListenPort = (text: string): number => portFrom(0, text);

function portFrom(lowest: 0 | 1, text: string): number {
  const port = Number(text);
  if (/^(?:0|[1-9][0-9]*)$/.test(text) && port >= lowest && port < 65_536) return port;
  throw new InvalidArgumentError(`Use a number from ${lowest} to 65535.`);
}
