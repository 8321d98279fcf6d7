import * as z from 'zod/mini';
import { destinationsSchema } from './destination-settings.ts';
import { hoursSchema } from './hours-settings.ts';
import { limitsSchema } from './limit-settings.ts';
import { DELAYS_WORDS, retrySchema } from './retry-settings.ts';
import {
  list,
  matching,
  must,
  name,
  numberOrText,
  oneOrMore,
  type Refuse,
  rule,
  seconds,
  template,
  text,
  wholePattern,
} from './schema-parts.ts';
import { checkSet, set, variables } from './variable-settings.ts';

const PARTIES = ['agent', 'to'];

/** Refuses `&`, which would ring several channels at once, and so phones that no rule has checked. */
const channel = template('a channel such as "PJSIP/{agent}"', PARTIES).check(
  must((value) => !value.includes('&'), 'must be one channel, without "&"'),
  must((value) => /^[A-Za-z][A-Za-z0-9_]*\/\S+$/.test(value), 'must be a channel such as "PJSIP/{agent}"'),
);

const exten = template('an extension such as "{to}"', PARTIES).check(
  must((value) => !/[\s,&]/.test(value), 'must be one extension, without blanks, "," and "&"'),
);

/** The default of `agents` for a route that calls the agent's phone itself. */
const ANY_AGENTS = '^[0-9]{2,6}$';

/**
 * The default of `agents` for a route that asks the dialplan for the agent (`Local/{agent}@internal`, or customer first).
 * The dialplan would dial an emergency number. So the default excludes the emergency numbers of all countries, and 000, 112,
 * 911 and 999 after the digit for an outside line (8 or 9). It also excludes European service numbers (116…, 118…), and every number that begins with 0.
 */
export const DEFAULT_AGENTS =
  '^(?!(?:0[0-9]*|1[0-9]{1,2}|9[0-9]{2}|[89](?:000|112|911|999)|1122|10111|10177|18000|11[68][0-9]{2,3})$)[0-9]{2,6}$';

const agent = text('the extension of the agent').check(
  must(
    (value) => /^[A-Za-z0-9_.+*#-]+$/.test(value),
    'must be an extension: digits, letters, "_", ".", "+", "*", "#", "-"',
  ),
);

const pool = list(numberOrText(agent), 'extensions such as ["3200", "3201"]').check(
  must(({ length }) => length >= 1 && length <= 50, 'must be a list of 1 to 50 extensions'),
  must((agents) => new Set(agents).size === agents.length, 'must name each extension once'),
);

const CONTEXT = /^[^\s,&{}]{1,79}$/;

const classic = z.strictObject(
  {
    c: oneOrMore(text('a context'), 'contexts such as "OUT_EXT2"'),
    p: list(numberOrText(text('a priority')), 'priorities such as "1"'),
  },
  'must be an object such as {"c": ["OUT_EXT2"], "p": ["1"]}',
);

const routeFields = z.strictObject(
  {
    pbx: z._default(oneOrMore(name, 'names such as "main"'), ['main']),
    first: z._default(z.enum(['agent', 'customer'], 'must be "agent" or "customer"'), 'agent'),
    // The second party: the party that the dialplan dials, or the dialplan itself (an IVR, a queue).
    second: z._default(z.enum(['dial', 'dialplan'], 'must be "dial" or "dialplan"'), 'dial'),
    // What sends the digits of a request: the function (`play`), or the option D of Dial (`variable`).
    dtmf: z._default(z.enum(['play', 'variable'], 'must be "play" or "variable"'), 'play'),
    channel,
    context: matching(CONTEXT, 'a dialplan context such as "from-internal"'),
    exten: z.exactOptional(exten),
    priority: z._default(
      numberOrText(matching(/^([1-9][0-9]*|[A-Za-z][A-Za-z0-9_-]*)$/, 'a priority such as "1", or a label')),
      '1',
    ),
    agent: z.exactOptional(agent),
    agents: z.exactOptional(wholePattern('a pattern of extensions, such as "^3[0-9]{3}$"')),
    // A prefault and not a default, so that a route without `to` is reported.
    to: z.prefault(destinationsSchema, {}),
    callerId: z.exactOptional(template('a caller id such as "{agent}" or "+74951234567"', PARTIES)),
    callerIds: z._default(
      list(wholePattern('a pattern such as "^3[0-9]{3}$"'), 'patterns such as "^3[0-9]{3}$"'),
      [],
    ),
    timeoutSeconds: z._default(seconds(5, 120), 30),
    variables: z._default(variables, []),
    set: z.exactOptional(set),
    classic: z.exactOptional(classic),
    // A link scanner follows links too. With this, a link shows a page whose button places the callback.
    confirmLinks: z.exactOptional(z.boolean('must be true or false')),
    hours: z.exactOptional(hoursSchema),
    limits: z.exactOptional(limitsSchema),
    // With a line, callbacks are queued. The fields below need one.
    line: z.exactOptional(name),
    pool: z.exactOptional(pool),
    hints: z.exactOptional(matching(CONTEXT, 'the dialplan context of hints, such as "internal"')),
    outsideHours: z.exactOptional(z.enum(['refuse', 'schedule'], 'must be "refuse" or "schedule"')),
    retry: z.exactOptional(retrySchema),
  },
  'must be an object such as {"channel": "PJSIP/{agent}", "context": "from-internal", "to": {"allow": ["+7"]}}',
);

type Route = z.output<typeof routeFields>;

function checkRoute(route: Route, refuse: Refuse): void {
  if (route.first === 'agent') checkAgentFirst(route, refuse);
  else checkCustomerFirst(route, refuse);
  checkSet(route, refuse);
  checkLine(route, refuse);
}

const LINE_FIELDS = ['pool', 'hints', 'outsideHours', 'retry'] as const;

function checkLine(route: Route, refuse: Refuse): void {
  if (route.line === undefined) {
    for (const field of LINE_FIELDS)
      if (route[field] !== undefined)
        refuse('needs a line: add "line", the name of a parameter lines/NAME', field);
  }
  const { pool, retry } = route;
  if (pool === undefined && retry?.agent && !retry.agent.delays)
    refuse(DELAYS_WORDS, 'retry', 'agent', 'delays');
  if (pool !== undefined && route.agent !== undefined)
    refuse('must be left out: a route has one fixed "agent" or a "pool"', 'agent');
}

/** `channel` must contain the party that is called first. With the other party, one party would be called twice. */
function checkAgentFirst({ channel, agent: fixed }: Route, refuse: Refuse): void {
  if (channel.includes('{to}'))
    refuse(
      'must hold {agent} and not {to}, because the agent is called first: write "PJSIP/{agent}". To call the customer first, add "first": "customer"',
      'channel',
    );
  else if (fixed === undefined && !channel.includes('{agent}'))
    refuse('must hold {agent}, because the agent is called first. Or fix the agent with "agent"', 'channel');
}

function checkCustomerFirst({ channel, exten: target = '' }: Route, refuse: Refuse): void {
  const notAgent = channel.includes('{agent}') ? ' and not {agent}' : '';
  if (notAgent !== '' || !channel.includes('{to}'))
    refuse(
      `must hold {to}${notAgent}, because the customer is called first. Write for example "PJSIP/{to}@trunk"`,
      'channel',
    );
  if (target.includes('{to}'))
    refuse(
      'must not hold {to}, because the customer is called first. Leave "exten" out. The default is then {agent}',
      'exten',
    );
}

const ringsPhone = ({ first, channel }: Route): boolean => first === 'agent' && !/^Local\//i.test(channel);

/** A route with its defaults. */
export const routeSchema = z.pipe(
  routeFields.check(rule(checkRoute)),
  z.transform((route) => ({
    ...route,
    exten: route.exten ?? (route.first === 'agent' ? '{to}' : '{agent}'),
    agents: route.agents ?? (ringsPhone(route) ? ANY_AGENTS : DEFAULT_AGENTS),
  })),
);
