import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool } from '../support/cli/run-tool.ts';
import { MINIMAL } from '../support/settings/fixtures.ts';

const TEXT =
  'Channel: PJSIP/3200\nCallerID: Shop <4930999999>\nContext: from-internal\nExtension: 4930901820\n';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-call-file-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function fileOf(name: string, content: string, at?: Date): Promise<string> {
  await writeFile(join(dir, name), content);
  if (at) await utimes(join(dir, name), at, at);
  return join(dir, name);
}

describe('npx asterisk-callback call-file', () => {
  it('prints the request alone to standard output, and the route that it needs to standard error', async () => {
    const { status, stdout, output } = await runTool('call-file', [await fileOf('a.call', TEXT)]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{ to: '+4930901820', agent: '3200', callerId: '4930999999', timeoutSeconds: 45, route: 'call-file' },
    });
    expect(output).toContain('"routes/call-file": {');
    expect(output).toContain(
      'a.call:2 CallerID: the name is not in the request, because a callback shows numbers only',
    );
  });

  it('names the route of the settings that places the same call', async () => {
    const settings = await fileOf(
      'settings.json',
      JSON.stringify({
        ...MINIMAL,
        'routes/office': {
          channel: 'PJSIP/{agent}',
          context: 'from-internal',
          to: { allow: ['+49'], dialAs: '{digits}' },
          callerIds: ['4930[0-9]{6}'],
        },
      }),
    );
    const args = [await fileOf('b.call', TEXT), '--settings', settings];
    const { status, stdout, output } = await runTool('call-file', args);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ route: 'office', agent: '3200' });
    expect(output).not.toContain('routes/');
  });

  it('warns about digits that may be a national number, unless a route or --country says so', async () => {
    const warning =
      /g\.call: the digits of \+84951234567 have neither "\+" nor 0 in front, .* add --country$/m;
    const moscow = 'Channel: PJSIP/3200\nContext: from-internal\nExtension: 84951234567\n';
    const file = await fileOf('g.call', moscow);
    const warned = await runTool('call-file', [file]);
    expect([warned.status, warned.output]).toEqual([0, expect.stringMatching(warning)]);
    const settings = await fileOf(
      'moscow.json',
      JSON.stringify({
        ...MINIMAL,
        'routes/moscow': {
          channel: 'PJSIP/{agent}',
          context: 'from-internal',
          to: { country: 'RU', allow: ['+7'], dialAs: '8{national}' },
        },
      }),
    );
    for (const more of [
      ['--country', 'RU'],
      ['--settings', settings],
    ]) {
      const { status, output } = await runTool('call-file', [file, ...more]);
      expect([status, output]).toEqual([0, expect.not.stringMatching(/digits/)]);
    }
    const plus = await runTool('call-file', [await fileOf('h.call', moscow.replace('849', '+849'))]);
    expect(plus.output).not.toMatch(/digits/);
  });

  it('takes the time of a file in the future, and a line for it', async () => {
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000);
    const { stdout, output } = await runTool('call-file', [await fileOf('c.call', TEXT, at)]);
    expect(JSON.parse(stdout)).toMatchObject({ at: at.toISOString() });
    expect(output).toContain('"lines/call-file": {');
  });

  it('ends with status 1 and prints no request when a line has no equal', async () => {
    const file = await fileOf('d.call', 'Channel: PJSIP/3200\nApplication: Playback\n');
    const { status, stdout, output } = await runTool('call-file', [file]);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(output).toContain(
      'd.call:2 Application: a callback continues in the dialplan. Write a context that runs the application',
    );
  });

  it('ends with status 1 for a number that the rules never call', async () => {
    const file = await fileOf('e.call', 'Channel: PJSIP/3200\nContext: out\nExtension: +499001234567\n');
    const { status, stdout, output } = await runTool('call-file', [file]);
    expect([status, stdout]).toEqual([1, '']);
    expect(output).toMatch(/A callback request cannot express this file.*premium/s);
  });

  it.each([
    ['an empty file', ''],
    ['a file of another kind', 'name: a\non: push\njobs:\n  test:\n    steps: []\nconstructor: x\n'],
    ['a settings file', JSON.stringify(MINIMAL, null, 2)],
  ])('prints one error for %s', async (_what, content) => {
    const { status, stdout, output } = await runTool('call-file', [await fileOf('f.call', content)]);
    expect([status, stdout]).toEqual([1, '']);
    expect(output).toMatch(/^.*f\.call is not a call file\..*"Channel: PJSIP\/3200".*\n$/);
  });

  it('says when there is no such file', async () => {
    const { status, output } = await runTool('call-file', [join(dir, 'none.call')]);
    expect(status).toBe(1);
    expect(output).toContain('none.call cannot be read (ENOENT). Check the path.');
  });
});
