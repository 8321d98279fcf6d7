import { CallbackError } from '../problems/callback-error.ts';

export type Pairs = [name: string, value: string][];

const CREDENTIAL_PARAMETERS: readonly string[] = ['key', 'exp', 'sig', 'token'];

/** Returns the pairs of a query that are not credentials. */
export const withoutCredentials = (query: Pairs): Pairs =>
  query.filter(([name]) => !CREDENTIAL_PARAMETERS.includes(name));

/**
 * Returns the decoded pairs of a query, including repeated names. A REST API refuses invalid encoding, so this function refuses
 * it for every service. URLSearchParams would accept it.
 *
 * @throws CallbackError request-malformed.
 */
export const parseQuery = (raw: string): Pairs =>
  raw
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decodeComponent(name), decodeComponent(value.join('='))];
    });

/** Decodes one name or value. A `+` becomes a blank. */
function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new CallbackError(
      'request-malformed',
      'The query or the form is not valid percent-encoded UTF-8. Encode every name and value',
    );
  }
}
