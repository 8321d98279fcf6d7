import { vi } from 'vitest';
import { pretendAws, SETTINGS_PATH } from '../../local/aws.ts';
import { startParameterStore } from '../../local/parameter-store.ts';
import { type Answer, type Asked, answerOf, context, eventOf } from '../http/door.ts';

/** The function `webhook` as in a Lambda process of its own. */
export interface WebhookDoor extends AsyncDisposable {
  ask(asked: Asked): Promise<Answer>;
  /** Another process with the same settings. */
  another(): Promise<Pick<WebhookDoor, 'ask'>>;
  /** What was logged so far. */
  lines: readonly string[];
}

export async function openWebhookDoor(settings: Readonly<Record<string, unknown>>): Promise<WebhookDoor> {
  const store = await startParameterStore(SETTINGS_PATH, settings);
  pretendAws(store.url);
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(String(chunk));
      return true;
    }),
  );
  const closing: (() => Promise<void>)[] = [];
  const start = async () => {
    vi.resetModules();
    const { handler } = await import('../../functions/webhook.ts');
    const { switchboard } = await import('../../functions/switchboard.ts');
    closing.push(() => switchboard.sessions.close());
    return { ask: async (asked: Asked) => answerOf(await handler(eventOf(asked), context())) };
  };
  return {
    ...(await start()),
    another: start,
    lines,
    async [Symbol.asyncDispose]() {
      await Promise.all(closing.map((close) => close()));
      await store.close();
      for (const spy of spies) spy.mockRestore();
    },
  };
}
