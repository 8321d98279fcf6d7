import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { AjamSession } from '../../lib/ajam/index.ts';
import type { Plan } from '../../lib/rules/plan-call.ts';
import type { DialplanEntry } from './dialplan-entries.ts';
import { dryRun } from './dry-run.ts';

/** The ways in which dialplans expect numbers, as `dialAs` writes them. */
const USUAL_DIAL_AS = [
  '{e164}',
  '{digits}',
  '{national}',
  '0{national}',
  '8{national}',
  '1{national}',
  '00{digits}',
  '9{national}',
];

/** Returns a `dialAs` whose number exists in the context, when the number as it was written does not. */
export async function findDialAs(
  session: AjamSession,
  { template, ...entry }: DialplanEntry,
  plan: Plan,
): Promise<string | undefined> {
  const number = plan.e164 === undefined ? undefined : parsePhoneNumberFromString(plan.e164);
  if (!number || !template.includes('{to}')) return undefined;
  for (const dialAs of USUAL_DIAL_AS) {
    const to = dialAs
      .replace('{e164}', number.number)
      .replace('{digits}', number.number.slice(1))
      .replace('{national}', number.nationalNumber);
    if (to === plan.to) continue;
    const exten = template.replaceAll('{to}', to).replaceAll('{agent}', plan.agent);
    const { refused } = await dryRun(session, { ...entry, exten });
    if (refused === undefined) return dialAs;
  }
  return undefined;
}
