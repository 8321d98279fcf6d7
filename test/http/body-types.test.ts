import { describe, expect, it } from 'vitest';
import { readBody } from '../../lib/http/body.ts';
import type { HttpRequest } from '../../lib/http/http-request.ts';

const post = (contentType: string, body = '{"to":"+74951234500"}') =>
  readBody({ headers: { 'content-type': contentType }, body: Buffer.from(body) } as unknown as HttpRequest);

describe('readBody', () => {
  it.each([
    ...['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'text/json'],
    ...['application/cloudevents+json', 'application/vnd.api+json; version=1', 'application/vnd.x.y-z+json'],
  ])('reads %s as JSON', (type) => {
    expect(post(type)).toEqual({ to: '+74951234500' });
  });

  it.each([
    ...['text/plain', 'application/xml', 'application/jsonp', 'application/json-seq', 'application/x-ndjson'],
    ...['text/plain; x=application/json', 'application/+json', 'text/x+json', 'multipart/form-data', ''],
  ])('refuses %j', (type) => {
    expect(() => post(type)).toThrow(expect.objectContaining({ code: 'content-type-unsupported' }));
  });
});
