import { changeItem } from './change-item.ts';
import type { ItemKey, ItemTable } from './item-table.ts';

/** Requests of other processes to the runner of a line. The runner reads them every second. */
export interface LineControl {
  paused: boolean;
  /** Counts the cancel requests for callbacks of the line. */
  cancels: number;
}

export interface LineControlStore {
  readLineControl(line: string): Promise<LineControl>;
  pauseLine(line: string, paused: boolean): Promise<LineControl>;
  /** Makes the runner read the cancel requests. */
  announceCancel(line: string): Promise<void>;
  /** Adds a line to the list of lines that had a runner. An owner may remove a line from the settings while callbacks wait. */
  rememberLine(line: string): Promise<void>;
  rememberedLines(): Promise<string[]>;
}

const MOST_LINES = 1_000;

export function lineControlStore(table: ItemTable): LineControlStore {
  const change = async (
    line: string,
    next: (control: LineControl) => Partial<LineControl>,
  ): Promise<LineControl> => {
    const { result } = await changeItem<LineControl, LineControl>(table, keyOf(line), (current) => {
      const control = current?.data ?? NOTHING;
      const data = { ...control, ...next(control) };
      return { write: { data }, result: data };
    });
    return result;
  };
  return {
    readLineControl: async (line) => (await table.read<LineControl>(keyOf(line)))?.data ?? NOTHING,
    pauseLine: (line, paused) => change(line, () => ({ paused })),
    announceCancel: async (line) => {
      await change(line, ({ cancels }) => ({ cancels: cancels + 1 }));
    },
    rememberLine: async (line) => {
      const key = { partition: LINES, sort: line };
      await changeItem<Record<string, never>, void>(table, key, (current) =>
        current ? { result: undefined } : { write: { data: {} }, result: undefined },
      );
    },
    rememberedLines: async () => {
      const items = await table.queryItems({ partition: LINES, limit: MOST_LINES });
      return items.map(({ sort }) => sort);
    },
  };
}

const LINES = 'lines';

const NOTHING: LineControl = { paused: false, cancels: 0 };

const keyOf = (line: string): ItemKey => ({ partition: `line#${line}`, sort: 'control' });
