import { isSecureParameter } from '../../lib/settings/settings.ts';

/** A parameter as Parameter Store holds it, by its name without the path. */
export interface Parameter {
  type: 'String' | 'SecureString';
  value: string;
}

export type Parameters = Readonly<Record<string, Parameter>>;

/** The most that a parameter of the standard tier holds. */
export const MAX_BYTES = 4096;

/** What a settings file asks Parameter Store to hold: secrets encrypted, objects as JSON. */
export const wantedParameters = (flat: Readonly<Record<string, unknown>>): Parameters =>
  Object.fromEntries(
    Object.entries(flat).map(([name, value]) => [
      name,
      {
        type: isSecureParameter(name) ? 'SecureString' : 'String',
        value: typeof value === 'string' ? value : JSON.stringify(value),
      },
    ]),
  );

export const tooLong = (parameters: Parameters): string[] =>
  Object.entries(parameters)
    .filter(([, { value }]) => Buffer.byteLength(value) > MAX_BYTES)
    .map(([name]) => name);
