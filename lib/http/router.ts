import { ProblemError } from './problem.ts';

export interface Endpoint<Handle> {
  method: 'GET' | 'POST' | 'DELETE';
  /** `{id}` and the like stand for one segment. */
  path: string;
  handle: Handle;
}

export interface Match<Handle> {
  handle: Handle;
  parameters: Record<string, string>;
}

/**
 * Finds who answers a request. A base path (of a custom domain, say) before ours is let pass.
 *
 * @throws ProblemError not-found, or method-not-allowed with `Allow`.
 */
export function findEndpoint<Handle>(
  endpoints: readonly Endpoint<Handle>[],
  method: string,
  path: string,
): Match<Handle> {
  const exact = matches(endpoints, path);
  const candidates = exact.length > 0 ? exact : matches(endpoints, path.replace(/^\/[^/]+/, ''));
  if (candidates.length === 0) {
    throw new ProblemError('not-found', 'See /openapi.json for what is here');
  }
  const wanted = method === 'HEAD' ? 'GET' : method;
  const match = candidates.find(({ endpoint }) => endpoint.method === wanted);
  if (match) return { handle: match.endpoint.handle, parameters: match.parameters };
  const allow = candidates.map(({ endpoint }) => endpoint.method).join(', ');
  throw new ProblemError('method-not-allowed', `Use ${allow}`, { headers: { allow } });
}

function matches<Handle>(endpoints: readonly Endpoint<Handle>[], path: string) {
  return endpoints.flatMap((endpoint) => {
    const parameters = matchPath(endpoint.path, path);
    return parameters ? [{ endpoint, parameters }] : [];
  });
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
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
