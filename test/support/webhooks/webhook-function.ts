import { type Answer, type Asked, answerOf, context, eventOf } from '../http/callback-function.ts';
import { openFunction } from '../http/function-process.ts';

/** The function `webhook` in a Lambda process of its own. */
export interface WebhookFunction extends AsyncDisposable {
  ask(asked: Asked): Promise<Answer>;
  /** Another process with the same settings. */
  another(): Promise<Pick<WebhookFunction, 'ask'>>;
  /** The log so far. */
  lines: readonly string[];
}

export async function openWebhookFunction(
  settings: Readonly<Record<string, unknown>>,
): Promise<WebhookFunction> {
  const { ways, ...opened } = await openFunction(settings, async () => {
    const { handler } = await import('../../../functions/webhook.ts');
    return { ask: async (asked: Asked) => answerOf(await handler(eventOf(asked), context())) };
  });
  return { ...ways, ...opened };
}
