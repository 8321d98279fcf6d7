import { isSecureParameter } from '../../lib/settings/settings.ts';

/** A parameter as Parameter Store has it. */
export interface Parameter {
  type: 'String' | 'SecureString';
  value: string;
}

export type Parameters = Readonly<Record<string, Parameter>>;

/** The maximum length of a parameter in the standard tier. */
export const MAX_BYTES = 4096;

/** Returns a parameter as Parameter Store has it: a secret encrypted, an object as JSON. */
export const parameterOf = (name: string, value: unknown): Parameter => ({
  type: isSecureParameter(name) ? 'SecureString' : 'String',
  value: typeof value === 'string' ? value : JSON.stringify(value),
});

/** Returns the parameters of a settings file, by their names without the path. */
export const wantedParameters = (flat: Readonly<Record<string, unknown>>): Parameters =>
  Object.fromEntries(Object.entries(flat).map(([name, value]) => [name, parameterOf(name, value)]));

/** Returns the names of the parameters that are too long. */
export const tooLong = (parameters: Parameters): string[] =>
  Object.entries(parameters)
    .filter(([, { value }]) => Buffer.byteLength(value) > MAX_BYTES)
    .map(([name]) => name);
