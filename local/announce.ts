import type { RouteSettings, Settings } from '../lib/settings/settings.ts';
import { DEMO_KEY } from './default-settings.ts';

/** Returns the text that `start` prints: the address, PBXes, routes, lines, keys and webhooks. It contains no secret. */
export function whatIsServed(url: string, settings: Settings, simulatorUrl: string | undefined): string {
  const pbxes = Object.entries(settings.pbx).map(([name, pbx]) =>
    pbx.url === simulatorUrl
      ? `${name}: the embedded simulator, ${pbx.url}`
      : `${name}: ${pbx.url} (check it with: npx asterisk-callback doctor --settings FILE)`,
  );
  const routes = Object.entries(settings.routes).map(([name, route]) => `${name}: ${inWords(route)}`);
  const lines = Object.entries(settings.lines).map(
    ([name, { capacity }]) => `${name}: ${capacity} calls at once`,
  );
  const keys = Object.entries(settings.keys).map(([id, { principal }]) =>
    principal === undefined ? id : `${id} (an IAM principal, which works only on AWS)`,
  );
  const webhooks = Object.entries(settings.webhooks).map(
    ([name, { source, route }]) =>
      `POST /webhooks/${name}: ${source}${route === undefined ? '' : `, by the route ${route}`}`,
  );
  const refused = webhooks.length > 0 ? 'only /health and the webhooks work' : 'only /health works';
  const none = [`none, so ${refused}. Add "keys/web": {"secret": "…"} to the settings`];
  const columns = [
    column('PBX', pbxes),
    column('routes', routes),
    ...(lines.length > 0 ? [column('lines', lines)] : []),
    column('keys', keys.length > 0 ? keys : none),
    ...(webhooks.length > 0 ? [column('webhooks', webhooks)] : []),
  ];
  return `Callbacks are served on ${url} until Ctrl-C.\n\n${columns.join('\n')}`;
}

const column = (title: string, lines: readonly string[]): string =>
  lines.map((line, index) => `  ${(index === 0 ? title : '').padEnd(10)}${line}`).join('\n');

function inWords(route: RouteSettings): string {
  const { first, channel, context, exten, priority, to, line } = route;
  const extensions = to.extensions === undefined ? [] : [`extensions ${to.extensions}`];
  const reachable = [...(to.allow.length > 0 ? [to.allow.join(' ')] : []), ...extensions].join(' and ');
  const queued = line === undefined ? '' : `; line ${line}`;
  return `${first} first, ${channel}, then ${context},${exten},${priority}; ${who(route)}; to ${reachable}${queued}`;
}

function who({ pool, agent, agents }: RouteSettings): string {
  if (pool !== undefined) return `pool ${pool.join(' ')}`;
  return agent === undefined ? `agents ${agents}` : `agent ${agent}`;
}

const OUTCOMES = `01 is busy,
02 declines, 03 is unavailable, 04 does not exist, 05 is out of service, 06 only rings, 07 answers and hangs up,
all others answer.`;

const SIMULATED = `In the simulator every context and phone exists. Agents answer. The last two digits of a customer's number decide what the phone does: ${OUTCOMES}`;

/** Returns examples of requests for a start without a settings file. */
export function demoRequests(url: string, secret: string): string {
  const credential = `${DEMO_KEY}.${secret}`;
  const classic = `p=1&c=OUT_EXT2&cid=3200&num=84951234567&token=${credential}`;
  return `Ring agent 3200, then a customer:
  ${curl(url, credential, { agent: '3200', to: '+74951234567' })}

The URL of the old callback.php:
  curl -si '${url}/callback?${classic}'

Call a busy customer, and wait for the result:
  ${curl(url, credential, { agent: '3200', to: '+74951234501', wait: 'connected' })}

The last two digits of a customer's number, and of agents from 3200 to 3299, decide what the phone does: ${OUTCOMES}

To use a real Asterisk: npx asterisk-callback start --settings FILE (see --help).

Each step of a call and the log appear below.`;
}

/** Returns an example of a request for a settings file. The user must replace the parts in angle brackets. */
export function requestToComplete(
  url: string,
  file: string,
  { routes, keys, pbx }: Settings,
  simulatorUrl?: string,
): string {
  const [name, route] =
    Object.entries(routes).find(([id]) => id === 'default') ?? Object.entries(routes)[0] ?? [];
  if (name === undefined || route === undefined) return '';
  const usable = Object.entries(keys).find(
    ([, key]) => key.secret !== undefined && (key.routes?.includes(name) ?? true),
  );
  const [prefix] = route.to.allow;
  const body = {
    ...(name !== 'default' && { route: name }),
    ...(route.agent === undefined && route.pool === undefined && { agent: '<agent>' }),
    to: prefix === undefined ? '<extension>' : `${prefix}<number>`,
  };
  const key = usable ? '' : 'Add a key for this route to the file. ';
  const fill = `${key}Replace the parts in angle brackets. Then this command rings the phones:`;
  const request = usable
    ? `${readSecret(file, usable[0])}\n  ${curl(url, `${usable[0]}.$secret`, body)}`
    : curl(url, '<keyId>.<secret>', body);
  const isSimulated = Object.values(pbx).some((found) => found.url === simulatorUrl);
  return [`${fill}\n  ${request}`, ...(isSimulated ? [SIMULATED] : [])].join('\n\n');
}

/** Returns a shell command that reads the secret from the file. So the terminal does not show the secret. */
function readSecret(file: string, keyId: string): string {
  const read = `const key = JSON.parse(fs.readFileSync(process.argv[1]))["keys/${keyId}"]; (key.secret ?? JSON.parse(key).secret)`;
  return `secret=$(node -p '${read}' '${file.replaceAll("'", "'\\''")}')`;
}

const curl = (url: string, credential: string, body: Record<string, string>): string =>
  `curl -si ${url}/callbacks -H "Authorization: Bearer ${credential}" -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
