import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectral, { type RulesetDefinition } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { describe, expect, it } from 'vitest';
import { openApi } from '../../lib/http/openapi.ts';
import { PROBLEMS } from '../../lib/problems/problem-codes.ts';

const document = openApi();
const text = JSON.stringify(document);

/** All objects in a JSON value, with their paths. */
function* objectsIn(value: unknown, path = ''): Generator<[path: string, object: Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, { ...value }];
  for (const [name, inner] of Object.entries(value)) yield* objectsIn(inner, `${path}/${name}`);
}

describe('The OpenAPI description', () => {
  it('gives redocly nothing to report with its recommended rules', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    expect(await lintFromString({ source: text, absoluteRef: '/openapi.json', config })).toEqual([]);
  });

  it('gives spectral nothing to report with its rules for OpenAPI', async () => {
    const linter = new spectral.Spectral();
    linter.setRuleset({ extends: [[oas as RulesetDefinition, 'recommended']] });
    expect(await linter.run(JSON.parse(text))).toEqual([]);
  });

  it('requires only the number of a callback request and has no defaults, which generators would require', () => {
    const { CallbackRequest } = document.components.schemas;
    expect(CallbackRequest).toMatchObject({ required: ['to'], additionalProperties: false });
    const defaults = [...objectsIn(document)].filter(([, object]) => 'default' in object);
    expect(defaults.map(([path]) => path)).toEqual([]);
  });

  it('gives every enum and constant a type', () => {
    const values = [...objectsIn(document)].filter(([, object]) => 'enum' in object || 'const' in object);
    expect(values.length).toBeGreaterThan(20);
    expect(values.filter(([, object]) => typeof object['type'] !== 'string').map(([path]) => path)).toEqual(
      [],
    );
  });

  it('names only known problem codes, each under its status', () => {
    const named = [...objectsIn(document.paths)].flatMap(([path, object]) => {
      const [, status] = /responses\/(\d{3})\/.*\/code$/.exec(path) ?? [];
      return status === undefined ? [] : [object['enum']].flat().map((code) => `${code} ${status}`);
    });
    expect(named.length).toBeGreaterThan(30);
    const known = Object.entries(PROBLEMS).map(([code, { status }]) => `${code} ${status}`);
    expect([...new Set(named)].filter((each) => !known.includes(each))).toEqual([]);
  });

  it('lists every kind of credentials wherever a request must be authenticated', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values<object>(path));
    for (const operation of operations) {
      const security = 'security' in operation ? operation.security : undefined;
      if (Array.isArray(security) && security.length === 0) continue;
      expect(JSON.stringify(security)).toMatch(
        /bearer.*iam.*signature.*signatureKey.*signatureExpiry.*token/,
      );
    }
  });
});
