import { isSecureParameter } from './parameter-names.ts';

/** Values that a reader can put at once and then change; secrets come from the shell's variables. */
const EXAMPLES: ReadonlyArray<readonly [RegExp, string]> = [
  [/^pbx\/[^/]+\/url$/, 'https://pbx.example.com:8089'],
  [/^pbx\/[^/]+\/username$/, 'callback'],
  [/^pbx\/[^/]+\/secret$/, '"<the AMI secret>"'],
  [/^pbx\/[^/]+\/ca$/, 'file://ca.pem'],
  [
    /^routes\//,
    `'{"channel": "PJSIP/{agent}", "context": "from-internal", "to": {"country": "RU", "allow": ["+7"]}}'`,
  ],
  [/^keys\//, `'{"secret": "…"}'`],
  [/^webhooks\//, `'{"source": "hubspot", "secret": "…"}'`],
];

/** How to put a parameter: the command for Parameter Store, the line for a settings file (which has no path). */
export function putIt(name: string, path: string | undefined): string {
  const example = EXAMPLES.find(([shape]) => shape.test(name))?.[1] ?? '…';
  if (path === undefined) {
    const value = example.startsWith("'")
      ? example.slice(1, -1)
      : JSON.stringify(example.replaceAll('"', ''));
    return `add it to the file: "${name}": ${value}`;
  }
  const type = isSecureParameter(name) ? 'SecureString' : 'String';
  return `put it with: ${putCommand(`${path}/${name}`, type, example)}`;
}

const putCommand = (name: string, type: string, value: string): string =>
  `aws ssm put-parameter --name ${name} --type ${type} --value ${value}`;

/** The path that serverless.yml gives a stage. */
const STAGE_PATH = /^\/asterisk-callback\/([A-Za-z0-9_.-]+)$/;

/** The whole beginning, for a path that holds nothing. */
export function howToBegin(path: string | undefined): string {
  const names = ['pbx/main/url', 'pbx/main/username', 'pbx/main/secret', 'routes/default', 'keys/web'];
  const steps = names.map((name) => `\n  ${putIt(name, path).replace(/^[^:]*: /, '')}`).join('');
  if (path === undefined) return `The settings are empty. Begin with a PBX, a route and a key:${steps}`;
  const stage = STAGE_PATH.exec(path)?.[1];
  const push =
    stage === undefined
      ? ''
      : ` put a settings file there (npm run settings -- push FILE --stage ${stage}), or`;
  return `There are no settings under ${path}. If they should be there, check stage, region and account; else${push} begin with:${steps}`;
}
