import { type Action, type AjamSession, isAjamError, type Reply, type SendOptions } from '../ajam/index.ts';

/**
 * Sends an action. If Asterisk forgot the session, logs in again and sends the action once more: the refusal proves that
 * Asterisk did not execute the action.
 *
 * @throws AjamError as `AjamSession.send` and `AjamSession.login` do.
 */
export async function sendWithLogin(
  session: AjamSession,
  action: Action,
  options?: Pick<SendOptions, 'wanted'>,
): Promise<Reply> {
  try {
    return await session.send(action, options);
  } catch (error) {
    if (!isAjamError(error, 'AJAM_SESSION_LOST')) throw error;
    await session.login();
    return await session.send(action, options);
  }
}
