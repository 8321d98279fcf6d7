/** `AST_MAX_MANHEADERS`. Asterisk ignores further headers without an error. */
const MAX_HEADERS = 128;
const MAX_VARIABLES = 64;

/** The lines `name: value` of an action, in the order of the request. */
export type ActionHeaders = readonly string[];

/** Splits a form at `&`, then each pair at the first `=`, and decodes both halves once. */
export function decodeForm(form: string): ActionHeaders {
  if (form === '') return [];
  return form
    .split('&')
    .slice(0, MAX_HEADERS)
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      const value = equals < 0 ? '' : pair.slice(equals + 1);
      return `${decode(name)}: ${decode(value)}`;
    });
}

/** Decodes `+` and `%XX`. Keeps a malformed `%`. A decoded NUL ends the text, as in C. */
function decode(text: string): string {
  const decoded = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const nul = decoded.indexOf('\0');
  return nul < 0 ? decoded : decoded.slice(0, nul);
}

/** Returns the first header with this name, even if it is empty. Without such a header, returns an empty text. */
export function headerOf(headers: ActionHeaders, name: string): string {
  return valuesOf(headers, name)[0] ?? '';
}

/** Returns the first `Action` header that is not empty. */
export function actionName(headers: ActionHeaders): string {
  return valuesOf(headers, 'Action').find((value) => value !== '') ?? '';
}

function valuesOf(headers: ActionHeaders, name: string): string[] {
  const prefix = `${name.toLowerCase()}:`;
  return headers
    .filter((header) => header.toLowerCase().startsWith(prefix))
    .map((header) => header.slice(prefix.length).replace(/^[\t\n\r ]+/, ''));
}

/** Returns the channel variables. If a name repeats, the first value counts. */
export function variablesOf(headers: ActionHeaders): Map<string, string> {
  const variables = new Map<string, string>();
  for (const item of valuesOf(headers, 'Variable').flatMap(splitArguments)) {
    const equals = item.indexOf('=');
    const name = item.slice(0, equals);
    if (equals > 0 && !variables.has(name)) variables.set(name, item.slice(equals + 1));
  }
  return variables;
}

/** Splits arguments at commas as the dialplan does. Removes quotes and backslashes. Does not split inside quotes and brackets. */
export function splitArguments(text: string): string[] {
  const items: string[] = [];
  let item = '';
  let [parens, brackets, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === ',' && !parens && !brackets && !quoted) {
      items.push(item);
      item = '';
      // The last argument is the rest of the text, unchanged.
      if (items.length === MAX_VARIABLES - 1) return [...items, text.slice(at + 1)];
      continue;
    }
    if (char === '"') {
      quoted = !quoted;
      continue;
    }
    if (char === '\\') {
      at++;
      item += text.charAt(at);
      continue;
    }
    if (char === '(') parens++;
    if (char === ')') parens = Math.max(0, parens - 1);
    if (char === '[') brackets++;
    if (char === ']') brackets = Math.max(0, brackets - 1);
    item += char;
  }
  return [...items, item];
}
