import { type AjamSession, header } from '../ajam/index.ts';
import { sendWithLogin } from './log-in-if-forgotten.ts';

/** Asterisk reports -1 for an extension without a hint, and 0 for an idle extension. No other extension should be rung. */
const NO_HINT = '-1';
const FREE_STATES = [NO_HINT, '0'];

/**
 * Returns which extensions are in a call, ring, or are not reachable, by their hints. An extension without a hint counts as
 * free.
 *
 * @throws AjamError AJAM_PERMISSION without write=call or reporting.
 */
export async function busyExtensions(
  session: AjamSession,
  context: string,
  extensions: readonly string[],
): Promise<ReadonlySet<string>> {
  const busy = new Set<string>();
  for (const extension of extensions) {
    const state = await stateOf(session, context, extension);
    if (!FREE_STATES.includes(state)) busy.add(extension);
  }
  return busy;
}

/** Returns which extensions have no hint. @throws AjamError as busyExtensions. */
export async function extensionsWithoutHint(
  session: AjamSession,
  context: string,
  extensions: readonly string[],
): Promise<string[]> {
  const without: string[] = [];
  for (const extension of extensions) {
    if ((await stateOf(session, context, extension)) === NO_HINT) without.push(extension);
  }
  return without;
}

async function stateOf(session: AjamSession, context: string, extension: string): Promise<string> {
  const action = { action: 'ExtensionState', headers: { Context: context, Exten: extension } };
  const { response } = await sendWithLogin(session, action);
  return (response && header(response, 'Status')) ?? NO_HINT;
}
