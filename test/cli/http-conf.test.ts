import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAsteriskConf } from '../../cli/doctor/asterisk-conf.ts';
import { checkHttpConf } from '../../cli/doctor/http-conf.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-http-conf-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function fileOf(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  return join(dir, Object.keys(files)[0] ?? '');
}

const URL_ = new URL('https://pbx.example.com:8089/asterisk');
const DENY = 'type = restriction\ndeny = 0.0.0.0/0\npermit = 203.0.113.7\n';

describe('readAsteriskConf', () => {
  it('reads sections, additions and lines without comments', async () => {
    const file = await fileOf({
      'a.conf': `; of nobody
[general]
Enabled=yes ; on
prefix => a\\;b
;-- old
prefix = c
--;
[general](+)
tlsenable = yes
[user](!,other)
secret = x=y
`,
    });
    expect(readAsteriskConf(file)).toEqual([
      {
        name: 'general',
        isAddition: false,
        lines: [
          ['enabled', 'yes'],
          ['prefix', 'a\\;b'],
        ],
      },
      { name: 'general', isAddition: true, lines: [['tlsenable', 'yes']] },
      { name: 'user', isAddition: false, lines: [['secret', 'x=y']] },
    ]);
  });

  it('reads included files where they are included', async () => {
    const file = await fileOf({
      'b.conf': '[general]\n#include "c-*.conf"\n#include nowhere.conf\nlast = 1\n',
      'c-1.conf': 'first = 1\n',
      'c-2.conf': 'second = 1\n#include <b.conf>\n',
    });
    const [general] = readAsteriskConf(file);
    expect(general?.lines.slice(0, 2)).toEqual([
      ['first', '1'],
      ['second', '1'],
    ]);
  });
});

describe('checkHttpConf', () => {
  const marks = async (text: string) => {
    const verdicts = checkHttpConf(await fileOf({ 'http.conf': text }), URL_);
    return { marks: verdicts.map(({ mark }) => mark), text: JSON.stringify(verdicts) };
  };

  it.each([
    { title: 'one [general]', text: '[general]\nenabled = no\n', marks: ['OK', 'OK'] },
    { title: 'an addition', text: '[general]\n[general](+)\ntlsenable = yes\n', marks: ['OK', 'OK'] },
    {
      title: 'a section named after the prefix',
      text: `[general]\n[/asterisk]\n${DENY}`,
      marks: ['OK', 'OK'],
    },
    { title: 'a section for rawman', text: `[general]\n[/asterisk/rawman]\n${DENY}`, marks: ['OK', 'OK'] },
    { title: 'a section for everything', text: `[general]\n[/]\n${DENY}`, marks: ['OK', 'OK'] },
  ])('accepts $title', async ({ text, marks: expected }) => {
    expect((await marks(text)).marks).toEqual(expected);
  });

  it.each([
    {
      title: 'a second [general]',
      text: '[general]\nenabled = no\n[general]\ntlsenable = yes\n',
      marks: ['FAIL', 'OK'],
      says: 'ignores tlsenable',
    },
    { title: 'no [general]', text: 'enabled = yes\n', marks: ['FAIL', 'OK'], says: 'no [general]' },
    {
      title: 'a section without the prefix',
      text: `[general]\n[/rawman]\n${DENY}`,
      marks: ['OK', 'WARN'],
      says: '[/rawman] is for other paths',
    },
    {
      title: 'a section of another prefix',
      text: `[general]\n[/telephony]\n${DENY}`,
      marks: ['OK', 'WARN'],
      says: 'rename the section to [/asterisk/rawman]',
    },
    {
      title: 'a section without a slash',
      text: `[general]\n[asterisk]\n${DENY}`,
      marks: ['OK', 'WARN'],
      says: 'other paths',
    },
    {
      title: 'a section in capitals',
      text: `[general]\n[/ASTERISK]\n${DENY}`,
      marks: ['OK', 'WARN'],
      says: 'other paths',
    },
    {
      title: 'a section without deny',
      text: '[general]\n[/asterisk]\ntype = restriction\npermit = 203.0.113.7\n',
      marks: ['OK', 'WARN'],
      says: 'has no deny',
    },
  ])('complains about $title', async ({ text, marks: expected, says }) => {
    const verdicts = await marks(text);
    expect(verdicts.marks).toEqual(expected);
    expect(verdicts.text).toContain(says);
  });

  it('reports a file that cannot be read', () => {
    const verdicts = checkHttpConf(join(dir, 'nowhere'), URL_);
    expect(verdicts).toMatchObject([{ mark: 'FAIL', found: expect.stringContaining('ENOENT') }]);
  });
});
