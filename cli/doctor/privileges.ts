import type { AjamSession, Packet } from '../../lib/ajam/index.ts';
import { fail, ok, type Verdict, warn } from './finding.ts';
import { RELOAD_MANAGER } from './reload-advice.ts';

/** One action of each dangerous class, and why it is dangerous. */
const DANGEROUS = [
  { action: 'Command', class: 'command', why: 'runs any command of the CLI' },
  {
    action: 'ModuleLoad',
    class: 'system',
    why: 'loads modules, writes the dialplan, runs programs by Originate',
  },
  { action: 'UpdateConfig', class: 'config', why: 'writes configuration files' },
  { action: 'AGI', class: 'agi', why: 'runs programs' },
] as const;

/** One action of each class that callbacks do not need. */
const NEEDLESS = [
  { action: 'MessageSend', class: 'message' },
  { action: 'UserEvent', class: 'user' },
  { action: 'QueueAdd', class: 'agent' },
  { action: 'AOCMessage', class: 'aoc' },
] as const;

/** The actions for live calls. */
const CONTROL = [
  { action: 'Status', what: 'status' },
  { action: 'Hangup', what: 'hang-up' },
  { action: 'PlayDTMF', what: 'digits' },
] as const;

/** Checks that the AMI user has the privileges that callbacks need, and no more, by what ListCommands lists. */
export async function checkPrivileges(
  session: AjamSession,
): Promise<{ verdict: Verdict; may: ReadonlySet<string> }> {
  const { response } = await session.send({ action: 'ListCommands' });
  const may = new Set(response === undefined ? [] : commandsOf(response));
  return { verdict: judge(may), may };
}

const commandsOf = (list: Packet): string[] =>
  list.headers.filter(([, text]) => /\(Priv: /.test(text)).map(([name]) => name);

function judge(may: ReadonlySet<string>): Verdict {
  const dangerous = DANGEROUS.filter(({ action }) => may.has(action));
  if (dangerous.length >= 3)
    return fail(
      'the AMI user may do everything, including programs and configuration files',
      `write write=originate, or write=originate,call,reporting, in manager.conf, and ${RELOAD_MANAGER}. Asterisk reads "all" and an empty item (",originate", "call,,originate") as everything`,
    );
  if (dangerous.length > 0)
    return fail(
      `the AMI user may do too much: ${dangerous.map((each) => `${each.action}, which ${each.why} (class ${each.class})`).join('; ')}`,
      `remove ${dangerous.map((each) => each.class).join(' and ')} from write= in manager.conf, and ${RELOAD_MANAGER}. Asterisk reads a letter before a comma ("c,originate") as every class that begins with this letter`,
    );
  if (!may.has('Originate'))
    return fail(
      'the AMI user may not place calls, because Originate is missing',
      `add write=originate to the user in manager.conf, without blanks: in "write = call, originate" Asterisk reads only "call". Then ${RELOAD_MANAGER}`,
    );
  const needless = NEEDLESS.filter(({ action }) => may.has(action));
  if (needless.length > 0)
    return warn(
      `the AMI user may do more than callbacks need: ${needless.map((each) => `${each.action} (class ${each.class})`).join(', ')}`,
      `remove ${needless.map((each) => each.class).join(' and ')} from write= in manager.conf and ${RELOAD_MANAGER}`,
    );
  return ok(`may place calls; ${control(may)}`);
}

function control(may: ReadonlySet<string>): string {
  const missing = CONTROL.filter(({ action }) => !may.has(action)).map(({ what }) => what);
  if (missing.length === 0) return 'status, hang-up and digits too';
  return `no ${missing.join(', ')} (these need write=originate,call,reporting, without blanks)`;
}
