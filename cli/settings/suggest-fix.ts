import { isSecureParameter } from '../../lib/settings/settings.ts';
import type { SettingsProblem } from '../../lib/settings/settings-error.ts';

/** Values to start from. Secrets are placeholders. */
const EXAMPLES: ReadonlyArray<readonly [RegExp, string]> = [
  [/^pbx\/[^/]+\/url$/, 'https://pbx.example.com:8089'],
  [/^pbx\/[^/]+\/username$/, 'callback'],
  [/^pbx\/[^/]+\/secret$/, '<the AMI secret>'],
  [
    /^routes\//,
    '{"channel": "PJSIP/{agent}", "context": "from-internal", "to": {"country": "RU", "allow": ["+7"]}}',
  ],
  [/^keys\//, '{"secret": "…"}'],
  [/^limits$/, '{"perHour": 100, "perDay": 500}'],
  [/^webhooks\//, '{"source": "hubspot", "secret": "…"}'],
];

const exampleOf = (name: string): string => EXAMPLES.find(([shape]) => shape.test(name))?.[1] ?? '…';

const FIRST_PARAMETERS = [
  'pbx/main/url',
  'pbx/main/username',
  'pbx/main/secret',
  'routes/default',
  'keys/web',
];

/** Returns what to write into a settings file. Undefined if the message of the problem says it. */
export function suggestFileFix({ name, kind }: SettingsProblem): string | undefined {
  if (kind !== 'missing') return undefined;
  if (name === '') return `begin with:${FIRST_PARAMETERS.map((each) => `\n  ${fileLine(each)}`).join('')}`;
  return `add it to the file: ${fileLine(name)}`;
}

function fileLine(name: string): string {
  const example = exampleOf(name);
  return `"${name}": ${example.startsWith('{') ? example : JSON.stringify(example)}`;
}

/**
 * Returns the command that writes a parameter of a stage. Undefined if the message of the problem says what to do.
 *
 * @param path Where the stage has its settings, such as `/asterisk-callback/prod`.
 */
export function suggestStageFix({ name, kind }: SettingsProblem, path: string): string | undefined {
  if (kind === 'invalid' || name === '') return undefined;
  const type = isSecureParameter(name) ? 'SecureString' : 'String';
  const command = `aws ssm put-parameter --name ${path}/${name} --type ${type} --value '${exampleOf(name)}'`;
  return kind === 'missing'
    ? `write it with: ${command}`
    : `correct it and write it again with: ${command} --overwrite`;
}
