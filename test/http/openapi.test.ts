import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { callbackRequest } from '../../lib/callback/request.ts';
import { requestSchema } from '../../lib/http/openapi/request.ts';
import { openApi } from '../../lib/http/openapi.ts';
import { PROBLEMS } from '../../lib/http/problem.ts';
import { codeOf, doorOnSimulator, openDoor } from './door.ts';
import { bearer, json, settingsFor } from './settings.ts';

/** Without what is there for people alone. */
const forPrograms = (schema: object): unknown =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === 'description' || key === '$schema' ? undefined : value,
  );

describe('The description', () => {
  const document = openApi();

  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('tells of a callback request what is really checked', () => {
    const checked = z.toJSONSchema(callbackRequest, { io: 'input' });
    // How many entries there may be is checked by a function, which has no schema.
    Object.assign(checked.properties?.['metadata'] ?? {}, { maxProperties: 10 });
    expect(forPrograms(requestSchema)).toEqual(forPrograms(checked));
  });

  it('names only codes of the catalogue, each under its status', () => {
    const responses = Object.values(document.paths).flatMap((path) =>
      Object.values(path).flatMap(({ responses }) => Object.entries<object>(responses)),
    );
    const named = responses.flatMap(([status, response]) =>
      [...JSON.stringify(response).matchAll(/"\/problems\/([a-z-]+)"/g)].map(
        ([, code]) => `${code} ${status}`,
      ),
    );
    expect(named.length).toBeGreaterThan(30);
    const catalogue = Object.entries(PROBLEMS).map(([code, { status }]) => `${code} ${status}`);
    expect([...new Set(named)].filter((each) => !catalogue.includes(each))).toEqual([]);
  });
});

describe('The description and the door', () => {
  const { door } = doorOnSimulator();

  it('have the same addresses and methods', async () => {
    const callback = await import('../../functions/callback.ts');
    const webhook = await import('../../functions/webhook.ts');
    const served = [...callback.endpoints, ...webhook.endpoints].map(
      ({ method, path }) => `${method} ${path}`,
    );
    const described = Object.entries(openApi().paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(served.toSorted());
  });

  it('are the same: GET /openapi.json needs no credentials', async () => {
    const { status, body } = await door().ask({ url: '/openapi.json' });
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(openApi())));
  });

  const shapeOf = (name: 'Callback' | 'Problem' | 'Leg') =>
    Object.keys(openApi().components.schemas[name].properties);

  it('agree on a callback', async () => {
    const order = { to: '84951234567', agent: '3200', wait: 'answered', waitSeconds: 5 };
    const { body } = await door().ask({
      method: 'POST',
      url: '/callbacks',
      headers: json,
      body: JSON.stringify(order),
    });
    expect(shapeOf('Callback')).toEqual(expect.arrayContaining(Object.keys(body)));
    const { legs } = body as { legs: { first: object } };
    expect(shapeOf('Leg')).toEqual(expect.arrayContaining(Object.keys(legs.first)));
  });

  it('agree on a problem', async () => {
    const { body } = await door().ask({ method: 'POST', url: '/callbacks', headers: json, body: '{}' });
    expect(shapeOf('Problem')).toEqual(expect.arrayContaining(Object.keys(body)));
    expect(body['errors']).toEqual([{ field: 'to', message: 'is missing' }]);
  });

  it('agree on health', async () => {
    const { status, body } = await door().ask({ url: '/health' });
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await door().ask({ url: '/health', method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });
});

describe('Where no key is configured, everything but /health is closed', () => {
  it.each([
    ['POST', '/callbacks'],
    ['GET', '/callback?num=84951234567&cid=3200'],
    ['GET', '/openapi.json'],
  ])('%s %s', async (method, url) => {
    const {
      'keys/web': _,
      'keys/legacy': _1,
      'keys/office': _2,
      'keys/elsewhere': _3,
      'keys/crm': _4,
      ...open
    } = settingsFor({ url: 'http://127.0.0.1:1', username: 'callback', secret: 'x' });
    await using door = await openDoor(open);
    for (const headers of [{}, bearer]) {
      const answer = await door.ask({ method, url, headers, body: '{}' });
      expect(answer.status).toBe(401);
      expect(codeOf(answer)).toMatch(/^credentials-/);
    }
    expect(await door.ask({ url: '/health' })).toMatchObject({ status: 200 });
  });
});
