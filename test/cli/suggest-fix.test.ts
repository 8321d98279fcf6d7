import { describe, expect, it } from 'vitest';
import { findWarnings } from '../../cli/settings/find-warnings.ts';
import { suggestFileFix, suggestStageFix } from '../../cli/settings/suggest-fix.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import type { SettingsProblem } from '../../lib/settings/settings-error.ts';
import { problemLines } from '../../local/settings-file.ts';
import { PATH, refusal, settingsWith } from '../support/settings/fixtures.ts';

const problem = (name: string, kind: SettingsProblem['kind']): SettingsProblem => ({
  name,
  kind,
  message: 'x',
});

describe('the advice for a problem of settings', () => {
  it.each([
    [
      'pbx/main/url',
      'missing',
      `write it with: aws ssm put-parameter --name ${PATH}/pbx/main/url --type String --value 'https://pbx.example.com:8089'`,
    ],
    [
      'pbx/main/secret',
      'missing',
      `write it with: aws ssm put-parameter --name ${PATH}/pbx/main/secret --type SecureString --value '<the AMI secret>'`,
    ],
    [
      'keys/web',
      'not-json',
      `correct it and write it again with: aws ssm put-parameter --name ${PATH}/keys/web --type SecureString --value '{"secret": "…"}' --overwrite`,
    ],
  ] as const)('is a command of Parameter Store for %s, %s', (name, kind, advice) => {
    expect(suggestStageFix(problem(name, kind), PATH)).toBe(advice);
  });

  it('is a line of the settings file', () => {
    expect(suggestFileFix(problem('pbx/main/url', 'missing'))).toBe(
      'add it to the file: "pbx/main/url": "https://pbx.example.com:8089"',
    );
    expect(suggestFileFix(problem('routes/sales', 'missing'))).toMatch(
      /^add it to the file: "routes\/sales": \{"channel".*"allow": \["\+7"\]/,
    );
  });

  it('is left out when the message says enough', () => {
    expect(suggestFileFix(problem('routes/default', 'invalid'))).toBeUndefined();
    expect(suggestStageFix(problem('routes/default', 'invalid'), PATH)).toBeUndefined();
  });

  it('is how to begin, for an empty file', () => {
    expect(problemLines(refusal({}, null))).toMatch(
      /^The settings are empty\. Begin with .*; begin with:\n {2}"pbx\/main\/url": .*\n {2}"keys\/web": \{/s,
    );
  });

  it('stands behind each problem of a file', () => {
    const error = refusal(settingsWith({ 'pbx/main/url': undefined, 'pbx/main/secret': undefined }), null);
    expect(problemLines(error).split('\n')).toEqual([
      expect.stringMatching(/^- pbx\/main\/url is missing: .*; add it to the file: "pbx\/main\/url"/),
      expect.stringMatching(/^- pbx\/main\/secret is missing: .*; add it to the file: "pbx\/main\/secret"/),
    ]);
  });
});

describe('plain HTTP to a PBX', () => {
  const doubts = (url: string, insecure?: string) =>
    findWarnings(
      parseSettings(
        settingsWith({
          'pbx/main/url': url,
          'pbx/main/insecure': insecure,
          limits: { perDay: 500 },
          'routes/default': { channel: 'PJSIP/{agent}', context: 'x', to: { allow: ['+49'] } },
        }),
      ),
    );

  it('gets a warning, even if the owner accepts it', () => {
    expect(doubts('http://pbx.internal:8088')).toMatchObject([
      {
        found: expect.stringMatching(
          /pbx\/main is http, .* unencrypted\. Functions on AWS refuse an http url/,
        ),
      },
    ]);
    expect(doubts('http://pbx.internal:8088', 'send the AMI secret unencrypted')).toMatchObject([
      { found: expect.stringMatching(/unencrypted$/) },
    ]);
  });

  it('gets none in a private network', () => {
    expect(doubts('http://192.168.1.10:8088')).toEqual([]);
    expect(doubts('https://pbx.example.com:8089')).toEqual([]);
  });
});
