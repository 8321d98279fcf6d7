import type { HttpRequest } from './http-request.ts';

/** Returns the stage in front of a path, which links in responses must repeat. */
export function stagePathOf({ path, writtenPath }: Pick<HttpRequest, 'path' | 'writtenPath'>): string {
  const stage = writtenPath.endsWith(path) ? writtenPath.slice(0, writtenPath.length - path.length) : '';
  // The client wrote the path, so only a stage without special characters of HTML and headers is returned.
  return /^\/[\w-]{1,128}$/.test(stage) ? stage : '';
}
