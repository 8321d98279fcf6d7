import { describe, expect, it } from 'vitest';
import { readBody } from '../../lib/http/body.ts';
import { emptyResponse } from '../../lib/http/http-response.ts';
import { findPath } from '../../lib/http/router.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';

const body = (text: string) =>
  readBody({
    ...{ method: 'POST', path: '/callbacks', query: [] },
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(text),
  } as unknown as Parameters<typeof readBody>[0]);

describe('The time to read a request is proportional to its length,', () => {
  const handle = async () => emptyResponse(204);
  const endpoints = [
    { method: 'GET', path: '/callback', handle },
    { method: 'GET', path: '/callbacks/{id}', handle },
  ] as const;

  it.each([
    '/a'.repeat(8192),
    `/${'a'.repeat(16_384)}/callback/x`,
    '/'.repeat(16_384),
    `${'/a'.repeat(8192)}/callback`,
  ])('for a path of 16 KB: %.10s…', (path) => {
    expect(cpuTimeOf(() => expect(() => findPath(endpoints, path)).toThrow('openapi'))).toBeLessThan(50);
  });

  it.each([
    ['no base path', '', true],
    ['four segments', '/a/b/c/d', true],
    ['five segments', '/a/b/c/d/e', false],
  ])('and a base path has at most four segments: %s', (_, base, found) => {
    const find = () => findPath(endpoints, `${base}/callbacks/cb_1`);
    if (found) expect(find()).toMatchObject({ path: '/callbacks/cb_1', parameters: { id: 'cb_1' } });
    else expect(find).toThrow('openapi');
  });

  it.each([
    ['escaped quotes', '\\"'.repeat(16_000)],
    ['escaped backslashes', '\\\\'.repeat(16_000)],
    ['quotes and colons', '\\":'.repeat(10_000)],
  ])('for a JSON string of 32 KB: %s', (_, text) => {
    expect(cpuTimeOf(() => body(`{"to":"${text}"}`))).toBeLessThan(50);
  });

  it.each([
    ['blanks', `{"a":["x"${' '.repeat(32_000)}]}`],
    ['strings', `{"a":[${'"",'.repeat(10_000)}""]}`],
  ])('for JSON of 32 KB: %s', (_, text) => {
    expect(cpuTimeOf(() => body(text))).toBeLessThan(50);
  });

  it.each(['{"a":1,"a" :2}', '{"a":"\\"b\\":","a":2}', '{"a":{"b":1,"b"\n:2}}'])(
    'and a repeated name is still found: %s',
    (text) => {
      expect(() => body(text)).toThrow('comes twice');
    },
  );

  it.each(['{"a":"b\\":","b":["a","a"]}', '{"a":"\\\\","b":"{\\"a\\":1}"}'])(
    'and strings that look like names are not counted: %s',
    (text) => {
      expect(() => body(text)).not.toThrow();
    },
  );
});
