import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { SettingsError } from '../../lib/settings/settings-error.ts';
import { PATH, settingsWith } from '../support/settings/fixtures.ts';

const WORDS = 'send the AMI secret unencrypted';

function problemsOf(
  url: string,
  { onAws = true, insecure }: { onAws?: boolean; insecure?: string } = {},
): string[] {
  try {
    parseSettings(settingsWith({ 'pbx/main/url': url, 'pbx/main/insecure': insecure }), {
      path: PATH,
      onAws,
    });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ message }) => message);
    throw error;
  }
}

describe('an http:// address of a PBX', () => {
  it.each([
    'http://127.0.0.1:8088',
    'http://127.1.2.3',
    'http://0x7f000001:8088',
    'http://localhost:8088',
    'http://10.0.0.2:8088/prefix',
    'http://172.16.0.1',
    'http://172.31.255.255',
    'http://192.168.1.10:8088',
    'http://169.254.1.1',
    'http://[::1]:8088',
    'http://[fd00:1::2]',
    'http://[fe80::1]',
    'http://[::ffff:10.0.0.2]',
    'https://pbx.example.com:8089',
    'https://8.8.8.8',
  ])('is accepted on AWS when its network is private: %s', (url) => {
    expect(problemsOf(url)).toEqual([]);
  });

  it.each([
    'http://pbx.example.com:8088',
    'http://pbx.internal',
    'http://pbx.local',
    'http://pbx.lan',
    'http://ip-10-0-0-2.ec2.internal',
    'http://localhost.example.com',
    'http://10.0.0.2.example.com',
    'http://8.8.8.8',
    'http://172.32.0.1',
    'http://100.64.0.1',
    'http://192.0.2.1',
    'http://0.0.0.0',
    'http://[2001:db8::1]',
    'http://[::ffff:8.8.8.8]',
    'HTTP://PBX.EXAMPLE.COM',
  ])('is refused on AWS: %s', (url) => {
    expect(problemsOf(url)).toEqual([
      expect.stringMatching(
        /pbx\/main\/url is http:\/\/, so the AMI secret and all numbers would cross.*pbx\/main\/insecure/,
      ),
    ]);
  });

  it('is accepted when the owner writes what it means', () => {
    expect(problemsOf('http://pbx.internal', { insecure: WORDS })).toEqual([]);
    for (const insecure of ['true', 'yes', `${WORDS}!`, WORDS.toUpperCase()])
      expect(problemsOf('http://pbx.internal', { insecure })).toEqual([
        expect.stringContaining(`pbx/main/insecure must be exactly the words "${WORDS}"`),
      ]);
  });

  it('is accepted everywhere but on AWS', () => {
    expect(problemsOf('http://pbx.example.com:8088', { onAws: false })).toEqual([]);
  });
});
