import { CallbackError } from '../calls/callback-error.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

export interface Endpoint<Handle> {
  method: Method;
  /** `{id}` and the like stand for one segment. */
  path: string;
  handle: Handle;
}

/** What stands at an address. */
export interface Found<Handle> {
  endpoints: readonly Endpoint<Handle>[];
  /** Without the base path: what a signed link covers. */
  path: string;
  /** What stands where an endpoint has `{id}` and the like. */
  parameters: Record<string, string>;
}

/** Of a base path; more is no domain of ours, but somebody who wants us to look for long. */
const MOST_BASE_SEGMENTS = 4;

/**
 * Finds what stands at a path. A base path before ours (of a custom domain: `/telephony`, `/v1/telephony`) is let pass.
 *
 * @throws CallbackError not-found.
 */
export function findPath<Handle>(endpoints: readonly Endpoint<Handle>[], path: string): Found<Handle> {
  const ours = new Set(endpoints.map(({ path: known }) => known.split('/')[1]));
  for (let rest = path, left = MOST_BASE_SEGMENTS; ; left -= 1) {
    const found = endpoints.filter((endpoint) => matchPath(endpoint.path, rest));
    const [first] = found;
    if (first) return { endpoints: found, path: rest, parameters: matchPath(first.path, rest) ?? {} };
    const base = /^\/([\w.~-]+)(?=\/.)/.exec(rest);
    // `/callbacks/callback` is no `/callback`.
    if (!base || left === 0 || ours.has(base[1])) {
      throw new CallbackError('not-found', 'See /openapi.json for what is here');
    }
    rest = rest.slice(base[0].length);
  }
}

/** @throws CallbackError method-not-allowed with `Allow`. */
export function endpointFor<Handle>({ endpoints }: Found<Handle>, method: string): Endpoint<Handle> {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const endpoint = endpoints.find((each) => each.method === wanted);
  if (endpoint) return endpoint;
  const allow = endpoints.flatMap((each) => (each.method === 'GET' ? ['GET', 'HEAD'] : each.method));
  throw new CallbackError('method-not-allowed', `Use ${allow.join(', ')}`, {
    headers: { allow: allow.join(', ') },
  });
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/', wanted.length + 1);
  const parameters: Record<string, string> = {};
  const fits =
    given.length === wanted.length &&
    wanted.every((name, index) => {
      const segment = given[index] ?? '';
      if (!name.startsWith('{')) return name === segment;
      parameters[name.slice(1, -1)] = segment;
      return segment !== '';
    });
  return fits ? parameters : undefined;
}
