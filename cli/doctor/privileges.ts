import type { AjamSession, Packet } from '../../lib/ajam/index.ts';
import { fail, ok, type Verdict, warn } from './finding.ts';

/** One action of each class that gives the PBX away, and why. */
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

/** Classes that a callback has no use for, by an action that only they allow. */
const NEEDLESS = [
  { action: 'MessageSend', class: 'message' },
  { action: 'UserEvent', class: 'user' },
  { action: 'QueueAdd', class: 'agent' },
  { action: 'AOCMessage', class: 'aoc' },
] as const;

/** What the rest of the API needs, and what for. */
const CONTROL = [
  { action: 'Status', what: 'status' },
  { action: 'Hangup', what: 'hang-up' },
  { action: 'PlayDTMF', what: 'digits' },
] as const;

const RELOAD = 'reload it (`asterisk -rx "manager reload"`)';

/** What the AMI user may do, as ListCommands lists it: no more and no less than a callback needs. */
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
      'the user may do everything, programs and configuration files included',
      `write=originate, or write=originate,call,reporting, is all it needs. Does write= say "all", or does it hold an empty item (",originate", "call,,originate"), which Asterisk takes for everything? Correct it in manager.conf and ${RELOAD}`,
    );
  if (dangerous.length > 0)
    return fail(
      `the user may do too much: ${dangerous.map((each) => `${each.action}, which ${each.why} (class ${each.class})`).join('; ')}`,
      `take ${dangerous.map((each) => each.class).join(' and ')} out of write= in manager.conf and ${RELOAD}; a word of one letter before a comma ("c,originate") stands for every class that begins with it`,
    );
  if (!may.has('Originate'))
    return fail(
      'the user may not place calls: Originate is missing',
      `write=originate belongs to the user in manager.conf, the list without blanks: in "write = call, originate" Asterisk reads only "call". Then ${RELOAD}`,
    );
  const needless = NEEDLESS.filter(({ action }) => may.has(action));
  if (needless.length > 0)
    return warn(
      `the user may do more than it needs: ${needless.map((each) => `${each.action} (class ${each.class})`).join(', ')}`,
      `take ${needless.map((each) => each.class).join(' and ')} out of write= in manager.conf and ${RELOAD}`,
    );
  return ok(`may place calls; ${control(may)}`);
}

function control(may: ReadonlySet<string>): string {
  const missing = CONTROL.filter(({ action }) => !may.has(action)).map(({ what }) => what);
  if (missing.length === 0) return 'status, hang-up and digits too';
  return `not for ${missing.join(', ')} (that is write=originate,call,reporting, without blanks)`;
}
