import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { describeOnAsterisk, readInvites } from '../support/asterisk/index.ts';
import { runTool } from '../support/cli/run-tool.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-event-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function fileOf(name: string, content: unknown): Promise<string> {
  await writeFile(join(dir, name), JSON.stringify(content));
  return join(dir, name);
}

describeOnAsterisk('npx asterisk-callback event', (pbx) => {
  it('rings a phone of the PBX in the settings, and prints steps and outcome', async () => {
    const { username, secret } = pbx.users.callback;
    const settings = await fileOf('settings.json', {
      'pbx/main/url': pbx.httpsUrl,
      'pbx/main/username': username,
      'pbx/main/secret': secret,
      'pbx/main/ca': pbx.ca,
      'routes/default': {
        channel: 'PJSIP/{agent}',
        context: 'OUT_EXT2',
        to: { country: 'RU', allow: ['+7'], dialAs: '{e164}' },
      },
    });
    const request = await fileOf('request.json', { to: '+74951234501', agent: '3200', wait: 'completed' });
    const { status, stdout, output } = await runTool('event', [request, '--settings', settings]);
    const callback = JSON.parse(/^\{\n[\s\S]*^\}$/m.exec(stdout)?.[0] ?? '') as Callback;
    expect(callback).toMatchObject({ status: 'busy', to: '+74951234501', legs: { second: { cause: 17 } } });
    for (const step of ['3200 rings', '3200 answered', '…01 is busy'])
      expect(stdout).toContain(`call 1: ${step}\n`);
    expect(output).not.toContain(secret);
    expect(status).toBe(0);
    expect(JSON.stringify(await readInvites(pbx))).toContain('3200');
  });
});
