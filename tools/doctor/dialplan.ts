import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { AjamSession } from '../../lib/ajam/index.ts';
import type { Plan } from '../../lib/callback/rules/apply.ts';
import { ANY_AGENTS, DEFAULT_AGENTS } from '../../lib/settings/routes.ts';
import type { RouteSettings } from '../../lib/settings/schema.ts';
import { dryRun } from './dry-run.ts';
import { fail, ok, type Verdict, warn } from './finding.ts';
import { type Given, type Sample, samplesFor } from './sample.ts';

/** Ways in which PBXes want numbers: what to write as `dialAs` when one of them is there. */
const HABITS = [
  '{e164}',
  '{digits}',
  '{national}',
  '0{national}',
  '8{national}',
  '1{national}',
  '00{digits}',
  '9{national}',
];

/** Whether the context takes what the route would send there. */
export async function checkDialplan(
  session: AjamSession,
  name: string,
  route: RouteSettings,
  given: Given,
): Promise<Verdict> {
  const found: string[] = [];
  for (const sample of samplesFor(name, route, given)) {
    if ('refused' in sample) return noSample(name, route, sample, given);
    const { plan } = sample;
    const { refused } = await dryRun(session, plan);
    if (refused !== undefined) return await explain(session, name, route, sample, refused);
    found.push(plan.exten);
  }
  return ok(`context ${route.context} has ${found.join(', ')} (priority ${route.priority})`);
}

function noSample(
  name: string,
  route: RouteSettings,
  sample: Extract<Sample, { refused: unknown }>,
  given: Given,
): Verdict {
  const { code, message } = sample.refused;
  if (code === 'agent-not-allowed' && given.agent !== undefined)
    return fail(
      `no call of ${given.agent} gets through the route's own rules: ${message} (${route.agents})`,
      `mend "agents" of routes/${name}, or give --agent an extension that it lets through`,
    );
  if (code === 'agent-missing' || code === 'agent-not-allowed')
    return warn(
      `the dialplan was not looked at: no extension could be made up for "agents" (${route.agents})`,
      'give one with --agent',
    );
  if (code === 'number-invalid')
    return warn(
      `the dialplan was not looked at: no valid number that begins with ${sample.from} could be made up`,
      `correct "to" of routes/${name} if there is none; else give one with --to`,
    );
  return fail(
    `no call to ${sample.from} gets through the route's own rules: ${message}`,
    `mend "to" of routes/${name}`,
  );
}

async function explain(
  session: AjamSession,
  name: string,
  route: RouteSettings,
  { plan, guessedAgent }: Extract<Sample, { plan: Plan }>,
  refused: string,
): Promise<Verdict> {
  const { context, exten, priority } = plan;
  if (refused !== 'Extension does not exist.' && refused !== 'Invalid priority')
    return fail(`Asterisk refused ${exten} in context ${context}: ${refused}`, 'see its log for the reason');
  if (priority !== '1' && !(await dryRun(session, { context, exten, priority: '1' })).refused)
    return fail(
      `${exten} in context ${context} has no priority ${priority}`,
      `write "priority": "1" in routes/${name}, or give that priority the label ${priority} in the dialplan`,
    );
  const dialAs = await otherHabit(session, route, plan);
  if (dialAs !== undefined)
    return fail(
      `context ${context} has no extension ${exten}, but takes numbers written as ${dialAs}`,
      `write "dialAs": "${dialAs}" into "to" of routes/${name}`,
    );
  const verdict = guessedAgent && route.exten.includes('{agent}') && isWide(route.agents) ? warn : fail;
  return verdict(
    `there is no extension ${exten} in context ${context}, or no such context (Asterisk does not tell which)`,
    `\`asterisk -rx "dialplan show ${exten}@${context}"\` shows what is there: correct "context", "exten" or "to.dialAs" of routes/${name}, or add the extension to the dialplan; ${guessedAgent && route.exten.includes('{agent}') ? '--agent' : '--to'} has another one tried`,
  );
}

/** A `dialAs` that the context would take, for a number that it does not take as it is. */
async function otherHabit(
  session: AjamSession,
  route: RouteSettings,
  plan: Plan,
): Promise<string | undefined> {
  const number = plan.e164 === undefined ? undefined : parsePhoneNumberFromString(plan.e164);
  if (!number || !route.exten.includes('{to}')) return undefined;
  for (const habit of HABITS) {
    const to = habit
      .replace('{e164}', number.number)
      .replace('{digits}', number.number.slice(1))
      .replace('{national}', number.nationalNumber);
    if (to === plan.to) continue;
    const exten = route.exten.replaceAll('{to}', to).replaceAll('{agent}', plan.agent);
    const { refused } = await dryRun(session, { ...plan, exten });
    if (refused === undefined) return habit;
  }
  return undefined;
}

/** The pattern of a route that names none, or of manager-conf: its lowest number is hardly anybody's. */
const isWide = (agents: string): boolean =>
  [ANY_AGENTS, DEFAULT_AGENTS].some((pattern) => agents.includes(pattern));
