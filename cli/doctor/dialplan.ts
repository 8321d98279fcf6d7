import type { AjamSession } from '../../lib/ajam/index.ts';
import type { RouteSettings } from '../../lib/settings/settings.ts';
import { type DialplanEntry, dialplanEntries } from './dialplan-entries.ts';
import { dryRun } from './dry-run.ts';
import { findDialAs } from './find-dial-as.ts';
import { fail, ok, type Verdict, warn } from './finding.ts';
import {
  type AllowedSample,
  type GivenParties,
  isWide,
  type RefusedSample,
  sampleCalls,
} from './sample-calls.ts';

const PARTIES = ['agent', 'to'] as const;
/** The patterns of a route for which the doctor makes up extensions. */
const MADE_OF = { agent: 'agents', to: 'to.extensions' } as const;

interface Route {
  name: string;
  rules: RouteSettings;
}

/** The extensions that exist, by context. */
type There = Map<string, Set<string>>;

/** Checks that the dialplan has the extensions that the route sends calls to. Returns the worst finding. */
export async function checkDialplan(
  session: AjamSession,
  name: string,
  rules: RouteSettings,
  given: GivenParties,
): Promise<Verdict> {
  const there: There = new Map();
  let doubt: Verdict | undefined;
  for await (const verdict of complaints(session, { name, rules }, given, there)) {
    if (verdict.mark === 'FAIL') return verdict;
    doubt ??= verdict;
  }
  return doubt ?? ok(inWords(there));
}

const inWords = (there: There): string =>
  [...there].map(([context, extens]) => `context ${context} has ${[...extens].join(', ')}`).join('; ');

/** Yields the mistakes at the places where calls enter the dialplan. Adds existing extensions to `there`. */
async function* complaints(
  session: AjamSession,
  route: Route,
  given: GivenParties,
  there: There,
): AsyncGenerator<Verdict, void, void> {
  for (const sample of sampleCalls(route.name, route.rules, given)) {
    if ('refused' in sample) {
      yield noSample(route, sample, given);
      continue;
    }
    for (const entry of dialplanEntries(route.rules, sample.plan)) {
      const { context, exten, priority } = entry;
      const known = there.get(context) ?? new Set();
      const label = priority === '1' ? exten : `${exten} (priority ${priority})`;
      if (known.has(label)) continue;
      const { refused } = await dryRun(session, { context, exten, priority });
      if (refused !== undefined) yield await explain(session, route, sample, entry, refused);
      else there.set(context, known.add(label));
    }
  }
}

function noSample({ name, rules }: Route, { wanted, refused }: RefusedSample, given: GivenParties): Verdict {
  const { code, message } = refused;
  if (code === 'agent-not-allowed' && given.agent !== undefined)
    return fail(
      `the rules of the route refuse the agent ${given.agent}: ${message} (${rules.agents})`,
      `correct "agents" of routes/${name}, or use --agent with an extension that the route allows`,
    );
  if (code === 'agent-missing' || code === 'agent-not-allowed')
    return warn(
      `the dialplan is not checked, because the doctor found no extension that matches "agents" (${rules.agents})`,
      'add --agent EXTENSION',
    );
  if (given.to !== undefined)
    return fail(
      `the rules of the route refuse ${given.to}: ${message}`,
      `correct "to" of routes/${name}, or use --to with a number that the route allows`,
    );
  if (code === 'number-invalid')
    return warn(
      `the dialplan is not checked for ${wanted}, because the doctor found no valid number`,
      `add --to NUMBER. If no such number exists, correct "to" of routes/${name}`,
    );
  return fail(`the rules of the route refuse ${wanted}: ${message}`, `correct "to" of routes/${name}`);
}

async function explain(
  session: AjamSession,
  { name }: Route,
  { plan, madeUpFor }: AllowedSample,
  entry: DialplanEntry,
  refused: string,
): Promise<Verdict> {
  const { context, exten, priority, template, fields } = entry;
  if (refused !== 'Extension does not exist.' && refused !== 'Invalid priority')
    return fail(
      `Asterisk refused ${exten} in context ${context}: ${refused}`,
      'look into the log of Asterisk for the reason',
    );
  if (priority !== '1' && !(await dryRun(session, { context, exten, priority: '1' })).refused)
    return fail(
      `${exten} in context ${context} has no priority ${priority}`,
      `write "priority": "1" in routes/${name}, or give a priority of the extension the label ${priority}`,
    );
  const dialAs = await findDialAs(session, entry, plan);
  if (dialAs !== undefined)
    return fail(
      `context ${context} has no extension ${exten}, but the context has the number in the form ${dialAs}`,
      `write "dialAs": "${dialAs}" in "to" of routes/${name}`,
    );
  const madeUp = PARTIES.find((party) => template.includes(`{${party}}`) && madeUpFor[party] !== undefined);
  const pattern = madeUp && madeUpFor[madeUp];
  const verdict = pattern !== undefined && isWide(pattern) ? warn : fail;
  const guess = madeUp ? `. The doctor chose ${exten} because it matches "${MADE_OF[madeUp]}"` : '';
  return verdict(
    `the dialplan has no extension ${exten} in context ${context}, or has no context ${context}${guess}`,
    `\`asterisk -rx "dialplan show ${exten}@${context}"\` shows what exists. Correct ${fields} or "${madeUp ? MADE_OF[madeUp] : 'to.dialAs'}" of routes/${name}, or add the extension to the dialplan. To check another extension, use --${madeUp ?? 'to'}`,
  );
}
