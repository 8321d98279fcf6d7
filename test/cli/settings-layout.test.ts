import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, unpacked } from '../../cli/settings/layout.ts';
import { type Parameters, wantedParameters } from '../../cli/settings/parameter.ts';

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const object = fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue(), { maxKeys: 5 });
const parameter = fc.oneof(
  fc.tuple(
    name.map((each) => `keys/${each}`),
    object,
  ),
  fc.tuple(
    name.map((each) => `routes/${each}`),
    fc.oneof(object, fc.string({ minLength: 1 })),
  ),
  fc.tuple(
    name.map((each) => `pbx/${each}/secret`),
    fc.oneof(fc.string({ minLength: 1 }), fc.constant('{ "spaced": 1 }')),
  ),
  fc.tuple(
    name.map((each) => `pbx/${each}/ca`),
    fc.string({ minLength: 1, maxLength: 4000, unit: 'binary' }),
  ),
);
const settings = fc
  .array(parameter, { minLength: 11, maxLength: 60 })
  .map((entries) => wantedParameters(Object.fromEntries(entries)));

const meaning = (parameters: Parameters) =>
  Object.fromEntries(
    Object.entries(parameters).map(([each, { type, value }]) => [
      each,
      each.startsWith('pbx/') ? { type, value } : { type, value: asValue(value) },
    ]),
  );

function asValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe('layOut', () => {
  it('makes parts that fit into a parameter, and that mean the same when they are read', () => {
    fc.assert(
      fc.property(settings, (wanted) => {
        const layout = layOut(wanted, {});
        for (const [part, { value }] of Object.entries(layout))
          if (part.startsWith('packed/')) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(4096);
        expect(meaning(unpacked(layout).parameters)).toEqual(meaning(wanted));
        expect(layOut(wanted, layout)).toEqual(layout);
      }),
      { numRuns: 200 },
    );
  });

  it('replaces the old settings in one step: every state between is the old or the new one', () => {
    fc.assert(
      fc.property(settings, settings, (before, after) => {
        const old = layOut(before, {}, { now: 1 });
        const next = layOut(after, old, { now: 2 });
        const large = (layout: Parameters) => Object.keys(layout).some((each) => !each.startsWith('packed/'));
        fc.pre(!large(old) && !large(next));
        const state: Record<string, Parameters[string]> = { ...old };
        const either = [meaning(before), meaning(after)].map((each) => JSON.stringify(sorted(each)));
        const check = () =>
          expect(either).toContain(JSON.stringify(sorted(meaning(unpacked(state).parameters))));
        for (const [each, value] of Object.entries(next)) {
          state[each] = value;
          check();
        }
        for (const each of Object.keys(old)) {
          if (each in next) continue;
          delete state[each];
          check();
        }
      }),
      { numRuns: 50 },
    );
  });
});

const sorted = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
