import { describe, expect, it } from 'vitest';
import { unpackParameters } from '../../lib/settings/packed-parameters.ts';

const OLD = { 'packed/1700000000000-1-of-1': '{"keys/web": {"secret": "old"}}' };
const NEW = {
  'packed/1700000000001-1-of-2': '{"keys/web": {"secret": "new"}}',
  'packed/1700000000001-2-of-2': '{"pbx/main/url": "https://pbx.example.com"}',
};

describe('unpackParameters', () => {
  it('returns separate parameters as they are', () => {
    expect(unpackParameters({ 'pbx/main/url': 'x' })).toEqual({ 'pbx/main/url': 'x' });
    expect(unpackParameters({})).toEqual({});
  });

  it('returns the parameters of the newest generation', () => {
    expect(unpackParameters({ ...NEW, ...OLD })).toEqual({
      'keys/web': { secret: 'new' },
      'pbx/main/url': 'https://pbx.example.com',
    });
  });

  it('compares generations as numbers', () => {
    const parameters = { 'packed/9-1-of-1': '{"a": "old"}', 'packed/10-1-of-1': '{"a": "new"}' };
    expect(unpackParameters(parameters)).toEqual({ a: 'new' });
  });

  it('ignores a generation that is not complete while an older one is', () => {
    const { 'packed/1700000000001-2-of-2': _, ...half } = NEW;
    expect(unpackParameters({ ...OLD, ...half })).toEqual({ 'keys/web': { secret: 'old' } });
  });

  it('refuses an incomplete generation if there is no other, instead of using half of the settings', () => {
    const { 'packed/1700000000001-1-of-2': _, ...half } = NEW;
    expect(() => unpackParameters(half)).toThrow(
      /packed\/1700000000001-2-of-2 .*not complete.*settings push/,
    );
  });

  it('prefers a parameter that is stored separately', () => {
    expect(unpackParameters({ ...OLD, 'keys/web': '{"secret": "by hand"}' })).toEqual({
      'keys/web': '{"secret": "by hand"}',
    });
  });

  it.each(['{"keys/web": {"secret": "s3cr', '["s3cret"]', '"s3cret"', ''])(
    'refuses a part without a JSON object, and quotes nothing of it: %s',
    (text) => {
      const unpack = () => unpackParameters({ 'packed/1-1-of-1': text });
      expect(unpack).toThrow(/^packed\/1-1-of-1 is not a JSON object/);
      expect(unpack).not.toThrow(/s3c/);
    },
  );

  it('takes no part from a name that only looks like one', () => {
    for (const name of ['packed/1-1-of-0', 'packed/1-0-of-1', 'packed/1-2-of-1'])
      expect(() => unpackParameters({ [name]: '{}' }), name).toThrow(/not complete/);
    expect(unpackParameters({ 'packed/notes': 'x' })).toEqual({ 'packed/notes': 'x' });
  });

  it('does not read the prototype of a part', () => {
    const parameters = unpackParameters({ 'packed/1-1-of-1': '{"__proto__": {"keys/web": {}}}' });
    expect(parameters['keys/web']).toBeUndefined();
  });
});
