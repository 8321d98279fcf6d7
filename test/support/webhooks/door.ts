import { type Answer, type Asked, answerOf, context, eventOf } from '../http/door.ts';
import { openFunction } from '../http/function-process.ts';

/** The function `webhook` in a Lambda process of its own. */
export interface WebhookDoor extends AsyncDisposable {
  ask(asked: Asked): Promise<Answer>;
  /** Another process with the same settings. */
  another(): Promise<Pick<WebhookDoor, 'ask'>>;
  /** The log so far. */
  lines: readonly string[];
}

export async function openWebhookDoor(settings: Readonly<Record<string, unknown>>): Promise<WebhookDoor> {
  const { ways, ...opened } = await openFunction(settings, async () => {
    const { handler } = await import('../../../functions/webhook.ts');
    return { ask: async (asked: Asked) => answerOf(await handler(eventOf(asked), context())) };
  });
  return { ...ways, ...opened };
}
