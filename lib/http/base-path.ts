import type { HttpRequest } from './http-request.ts';

/** Returns the stage in front of a path, which links in responses must repeat. */
export function stagePathOf({ path, writtenPath }: Pick<HttpRequest, 'path' | 'writtenPath'>): string {
  const stage = writtenPath.endsWith(path) ? writtenPath.slice(0, writtenPath.length - path.length) : '';
  // The client wrote it, so it holds no character that means something in HTML or in a header.
  return /^\/[\w-]{1,128}$/.test(stage) ? stage : '';
}
