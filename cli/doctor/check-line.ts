import { type AjamSession, isAjamError } from '../../lib/ajam/index.ts';
import { extensionsWithoutHint } from '../../lib/asterisk/extension-state.ts';
import type { RouteSettings } from '../../lib/settings/settings.ts';
import { fail, ok, skip, type Verdict, warn } from './finding.ts';
import { RELOAD_MANAGER } from './reload-advice.ts';

/** The actions of the runner of a line, besides Originate. */
const NEEDED = ['Status', 'Hangup'];

/** Checks that the runner of a line may read the status of its calls and hang them up. Undefined for a route without a line. */
export function checkLine({ line }: RouteSettings, may: ReadonlySet<string>): Verdict | undefined {
  if (line === undefined) return undefined;
  const missing = NEEDED.filter((action) => !may.has(action));
  if (missing.length === 0)
    return ok(`the AMI user may read the status of calls of the line ${line}, and hang them up`);
  return fail(
    `the line ${line} needs ${missing.join(' and ')}, which the AMI user may not use. After a crash, the runner of the line cannot find its live calls`,
    `set write=originate,call,reporting (without blanks) for the user in manager.conf, and ${RELOAD_MANAGER}`,
  );
}

/** Checks that the agents of a route have hints in the context that it names. Undefined without `hints`. */
export async function checkHints(
  session: AjamSession,
  name: string,
  { hints, pool, agent }: RouteSettings,
  may: ReadonlySet<string>,
): Promise<Verdict | undefined> {
  if (hints === undefined) return undefined;
  const agents = pool ?? (agent === undefined ? [] : [agent]);
  if (agents.length === 0)
    return skip(`hints in ${hints} are not checked, because the route names no agents`);
  if (!may.has('ExtensionState'))
    return skip(
      `hints in ${hints} are not checked, because the AMI user needs write=originate,call,reporting`,
    );
  try {
    const without = await extensionsWithoutHint(session, hints, agents);
    if (without.length === 0) return ok(`context ${hints} has a hint for ${agents.join(', ')}`);
    return warn(
      `context ${hints} has no hint for ${without.join(', ')}, so the line does not see other calls of these agents`,
      `add "exten => ${without[0]},hint,PJSIP/${without[0]}" to [${hints}] in extensions.conf, or correct "hints" of routes/${name}`,
    );
  } catch (error) {
    if (!isAjamError(error)) throw error;
    return skip(`hints in ${hints} could not be checked: ${error.message}`);
  }
}
