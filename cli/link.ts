import { InvalidArgumentError } from 'commander';
import { signLink } from '../lib/auth/signed-link.ts';
import { parseCallbackRequest } from '../lib/calls/callback-request.ts';
import { applyLineRules } from '../lib/calls/line-rules.ts';
import { CallbackError } from '../lib/problems/callback-error.ts';
import { applyRules } from '../lib/rules/plan-call.ts';
import type { RouteSettings, Settings } from '../lib/settings/settings.ts';
import { describeCommand } from './command.ts';
import { readSettings } from './read-settings.ts';

const PATH = '/callback';

interface Options {
  settings: string;
  key: string;
  num: string;
  cid?: string;
  ttl: number;
  route?: string;
  wait?: string;
  c?: string;
  p?: string;
  base: string;
}

type Asked = Omit<Options, 'settings' | 'key' | 'ttl' | 'base'>;

export const command = describeCommand({
  name: 'link',
  description: 'Prints a signed link (GET /callback) that places a callback.',
  examples: [
    '--settings settings.json --key web --num 84951234567 --cid 3200',
    `--settings settings.json --key web --num +74951234567 --cid 3200 --ttl 86400 \\
    --route sales --base https://abc123.execute-api.eu-central-1.amazonaws.com/prod`,
  ],
  notes: `Everybody who has the link can use the link many times, until the link expires. The link calls only --num. The function
refuses a changed link, because the signature covers the method, the path (without stage and base path) and the query.`,
})
  .requiredOption('--settings <file>', 'the settings file with the key and the route')
  .requiredOption('--key <id>', 'the id of the key that signs: <id> in keys/<id>')
  .requiredOption('--num <number>', 'the number to call')
  .option('--cid <extension>', 'the extension of the agent; leave it out if the route has an agent or a pool')
  .option('--ttl <seconds>', 'how long the link is valid', parseTtl, 3600)
  .option('--route <name>', 'a route of the settings (default: "default")')
  .option('--wait <what>', 'what the response waits for: accepted, answered, connected or completed')
  .option(
    '--c <context>',
    'the parameter c (context) of an old callback.php URL; "classic" of the route must list the value',
  )
  .option(
    '--p <priority>',
    'the parameter p (priority) of an old callback.php URL; "classic" of the route must list the value',
  )
  .option(
    '--base <url>',
    'the address of the function, with stage and base path',
    parseBase,
    'http://localhost:3000',
  )
  .action(run);

async function run({ settings: file, key: keyId, ttl, base, ...asked }: Options): Promise<void> {
  const settings = await readSettings(command, file);
  const names = ['num', 'cid', 'route', 'wait', 'c', 'p'] as const;
  const query = names.flatMap((name): [string, string][] => {
    const value = asked[name];
    return value === undefined ? [] : [[name, value]];
  });
  const secret = secretOf(settings, keyId, asked.route ?? 'default');
  checkCall(settings, asked);
  const expiresAt = Math.floor(Date.now() / 1000) + ttl;
  console.log(`${base}${PATH}?${signLink({ method: 'GET', path: PATH, query, keyId, secret, expiresAt })}`);
}

/** Ends the command if the function would refuse the link. */
function checkCall({ routes }: Settings, { num, cid, wait, route: name = 'default', c, p }: Asked): void {
  const route = routes[name];
  const parsed = parseCallbackRequest({ to: num, agent: cid, wait, route: name });
  if (!route) command.error(`The settings have no routes/${name}. Check --route.`);
  else if (parsed.ok)
    refuseByRules(() => {
      const { request } = parsed;
      if (route.line === undefined)
        applyRules({ ...request, classic: { c, p } }, always(route), name, new Date());
      else applyLineRules(request, route, { classic: { c, p }, now: new Date() });
    });
  else
    command.error(
      `The function would refuse this link: ${parsed.errors.map(({ field, message }) => `${OPTIONS[field] ?? `--${field}`} ${message}`).join('; ')}`,
    );
}

/** The options for fields of the request that have another name. */
const OPTIONS: Readonly<Record<string, string>> = { to: '--num', agent: '--cid' };

/** Removes the hours, because users follow the link at another time. */
function always({ hours: _, ...route }: RouteSettings): RouteSettings {
  return route;
}

function refuseByRules(judge: () => unknown): void {
  try {
    judge();
  } catch (error) {
    if (!(error instanceof CallbackError)) throw error;
    const message = error.message.replaceAll('"agent"', '--cid');
    command.error(`The function would refuse this link (${error.code}): ${message}`);
  }
}

function secretOf({ keys }: Settings, keyId: string, route: string): string {
  const key = keys[keyId];
  if (!key) {
    return command.error(
      `The settings have no keys/${keyId}. Use one of these with --key: ${Object.keys(keys).join(', ')}.`,
    );
  }
  if (key.secret === undefined)
    return command.error(
      `keys/${keyId} is an IAM principal and has no secret to sign with. Use another key.`,
    );
  if (key.routes && !key.routes.includes(route)) {
    return command.error(
      `keys/${keyId} may not use the route ${route}. Use another key, or another route with --route.`,
    );
  }
  if (!key.scopes.includes('place'))
    return command.error(`keys/${keyId} lacks the scope "place". Use another key.`);
  return key.secret;
}

function parseTtl(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds > 0 && seconds <= 10 * 365 * 24 * 3600) return seconds;
  throw new InvalidArgumentError(
    'Use a whole number of seconds, such as 86400 for a day. At most ten years.',
  );
}

function parseBase(text: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username)
    return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('Use a URL such as https://api.example.com/telephony, without a query.');
}
