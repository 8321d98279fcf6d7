import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findJsonMistake } from '../../cli/json-mistake.ts';
import { SettingsError } from '../../lib/settings/settings-error.ts';
import { readSettingsFile } from '../../local/settings-file.ts';
import { MINIMAL } from '../support/settings/fixtures.ts';

const SECRET = 'hunter2-of-the-pbx';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-file-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function refusalOf(text: string): Promise<SettingsError> {
  const file = join(dir, 'settings.json');
  await writeFile(file, text);
  return await refusal(file);
}

async function refusal(file: string): Promise<SettingsError> {
  const error: unknown = await readSettingsFile(file).catch((reason: unknown) => reason);
  if (error instanceof SettingsError) return error;
  throw new Error('A SettingsError was expected.', { cause: error });
}

describe('readSettingsFile', () => {
  it.each<[what: string, text: string, place: string]>([
    ['a value without quotes', `{\n  "pbx/main/username": callback\n}`, '2:24'],
    ['a secret without quotes', `{"pbx/main/secret": ${SECRET}}`, '1:21'],
    ['a name without quotes', '{\n  "a": 1,\n  b: 2\n}', '3:3'],
    ['a comment', `{\n  // the PBX, ${SECRET}\n  "a": 1\n}`, '2:3'],
    ['a comment after a value', `{\n  "a": 1 // ${SECRET}\n}`, '2:10'],
    ['a comma after the last item', '{\n  "a": 1,\n}', '3:1'],
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', '3:3'],
    ['single quotes', `{'a': '${SECRET}'}`, '1:2'],
    ['a text without an end', `{\n  "pbx/main/secret": "${SECRET}\n}`, '2:22'],
    ['an unknown escape', `{"a": "\\x"}`, '1:7'],
    ['a file that ends early', '{"a": {"b": 1}', '1:15'],
    ['an extra bracket', '{"a": 1}}', '1:9'],
    ['a list that ends early', '{"a": [1, 2', '1:12'],
    ['a number with a leading zero', '{"a": 01}', '1:8'],
    ['a word without quotes', `${SECRET}`, '1:1'],
    ['a mistake after a byte order mark', `\uFEFF{"a": b}`, '1:7'],
  ])('reports the place of a mistake in JSON: %s', async (_what, text, place) => {
    const { message } = await refusalOf(text);
    expect(message).toContain(`settings.json:${place} is not valid JSON`);
    expect(message).not.toContain(SECRET);
    expect(message).not.toContain(SECRET.slice(0, 7));
  });

  it.each(['\n', '\r\n'])('explains how to write a line break in a text: %j', async (lineBreak) => {
    const pem = ['-----BEGIN CERTIFICATE-----', SECRET, '-----END CERTIFICATE-----'].join(lineBreak);
    const { message } = await refusalOf(`{${lineBreak}  "pbx/main/ca": "${pem}"${lineBreak}}`);
    expect(message).toMatch(
      /settings\.json:2:18 is not valid JSON: .* Write a line break inside a text, .* as \\n$/,
    );
    expect(message).not.toContain(SECRET);
    const { message: other } = await refusalOf('{"pbx/main/url": "a" b}');
    expect(other).not.toMatch(/line break/);
  });

  it.each(['', '  \n\t\n', '\uFEFF'])('reports an empty file: %j', async (text) => {
    expect((await refusalOf(text)).message).toMatch(/settings\.json is empty\. Write one object such as/);
  });

  it('reports a file without an object', async () => {
    expect((await refusalOf('["a"]')).message).toMatch(
      /settings\.json does not contain a JSON object\. Write one object/,
    );
  });
});

describe('placeOfMistake', () => {
  it.each(['{}', ' [] ', '{"a": [1, -2.5e+3, "\\u00e4\\n", true, false, null, {"b": {}}]}\n', '"x"', '0'])(
    'returns undefined for %s',
    (text) => {
      expect(JSON.parse(text)).toBeDefined();
      expect(findJsonMistake(text)).toBeUndefined();
    },
  );

  it('returns the place that V8 reports', () => {
    for (const text of ['{"a" 1}', '{"a": 1,}', '{"a": [1 2]}', '{"a": 1} x', '{\n\n "a": [1,\n2}']) {
      let reported: RegExpExecArray | null = null;
      try {
        JSON.parse(text);
      } catch (error) {
        reported = /\(line (\d+) column (\d+)\)/.exec(String(error));
      }
      expect(findJsonMistake(text)).toEqual({ line: Number(reported?.[1]), column: Number(reported?.[2]) });
    }
  });

  it('returns a place for every text that JSON.parse refuses, and for no other', () => {
    const parses = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.string({ unit: 'binary', maxLength: 2 }), fc.nat(2))
      .map(([json, where, put, gone]) => {
        const at = where % (json.length + 1);
        return json.slice(0, at) + put + json.slice(at + gone);
      });
    const texts = fc.oneof(fc.json({ stringUnit: 'binary' }), mutated, fc.string());
    fc.assert(
      fc.property(texts, (text) => (findJsonMistake(text) === undefined) === parses(text)),
      { numRuns: 2000 },
    );
  });
});

describe('readSettingsFile, for mistakes in parameters,', () => {
  it('reports the place of a mistake in JSON inside a text, without advice for Parameter Store', async () => {
    const { message, problems } = await refusalOf(
      JSON.stringify({ ...MINIMAL, 'routes/default': `{"channel": ${SECRET}}`, 'keys/web': SECRET }),
    );
    expect(message).toMatch(/routes\/default is not valid JSON at line 1, column 13 of its text/);
    expect(message).toMatch(/In a file, the object needs no quotes around it/);
    expect(message).not.toMatch(/--overwrite|put-parameter/);
    expect(message).not.toContain(SECRET);
    expect(problems.map(({ name }) => name)).toEqual(['routes/default', 'keys/web']);
  });

  it('reports all mistakes at once', async () => {
    const { problems } = await refusalOf(
      JSON.stringify({
        ...MINIMAL,
        'keys/web': '{',
        'pbx/main/url': 'pbx',
        'routes/default/channel': 'PJSIP/{agent}',
      }),
    );
    expect(problems.map(({ name }) => name)).toEqual(['routes/default/channel', 'pbx/main/url', 'keys/web']);
    expect(problems[0]?.message).toMatch(/too deep/);
  });
});

describe('readSettingsFile, for a file that cannot be read,', () => {
  it('says so without naming an option that not every command has', async () => {
    const { code, message } = await refusal(join(dir, 'nowhere.json'));
    expect(code).toBe('SETTINGS_UNREACHABLE');
    expect(message).toBe('There is no such file. Check the path');
  });

  it('reports a folder', async () => {
    await mkdir(join(dir, 'folder.json'));
    expect((await refusal(join(dir, 'folder.json'))).message).toBe(
      'The file cannot be read (EISDIR). Check the path',
    );
  });
});
