import { vi } from 'vitest';
import { SqliteTable } from '../../../lib/store/sqlite/sqlite-table.ts';
import { pretendAws, SETTINGS_PATH } from '../../../local/aws.ts';
import { type ParameterStoreStandIn, startParameterStore } from '../../../local/parameter-store.ts';

/** A function with its settings in a stand-in of Parameter Store. */
export interface FunctionProcess<Ways> extends AsyncDisposable {
  /** The ways into it. */
  ways: Ways;
  /** Another process with the same settings: it knows nothing of what this one has seen. */
  another(): Promise<Ways>;
  store: ParameterStoreStandIn;
  /** What was written to stdout and stderr, from all processes. */
  lines: string[];
}

/** @param load Imports the function; each call gets modules of its own, as a new Lambda process does. */
export async function openFunction<Ways>(
  settings: Readonly<Record<string, unknown>>,
  load: () => Promise<Ways>,
): Promise<FunctionProcess<Ways>> {
  const store = await startParameterStore(SETTINGS_PATH, settings);
  pretendAws(store);
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(String(chunk));
      return true;
    }),
  );
  const closing: (() => Promise<void>)[] = [];
  const table = new SqliteTable();
  const another = async (): Promise<Ways> => {
    vi.resetModules();
    const ways = await load();
    const { services } = await import('../../../lib/calls/services.ts');
    const { createStore } = await import('../../../lib/store/store.ts');
    services.store = async () => createStore(table);
    closing.push(() => services.sessions.close());
    return ways;
  };
  return {
    ways: await another(),
    another,
    store,
    lines,
    async [Symbol.asyncDispose]() {
      await Promise.all(closing.map((close) => close()));
      await store.close();
      for (const spy of spies) spy.mockRestore();
    },
  };
}
