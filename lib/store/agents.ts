import type { CallbackRecord } from './callback-record.ts';
import { changeItem } from './change-item.ts';
import type { ItemKey, ItemTable } from './item-table.ts';

/** The attempt that has an agent. */
export interface AgentHolder {
  callback: string;
  /** The number of the attempt. */
  attempt: number;
  /** The runner that took the agent. After a withdrawal, another runner may begin this attempt again. */
  owner?: string | undefined;
}

/** The stored state of an agent, which several lines may share. Times are Unix times in milliseconds. */
export interface AgentRecord {
  holder?: (AgentHolder & { takenAt: number }) | undefined;
  /** No line rings the agent before this time, because of wrap-up after a talk or rest after no answer. */
  restUntil?: number | undefined;
  lastTalkEndedAt?: number | undefined;
  paused?: boolean | undefined;
}

export interface AgentStore {
  /** Reads agents by extension. Leaves out agents without a stored state. A state may be a second old. */
  readAgents(extensions: readonly string[]): Promise<ReadonlyMap<string, AgentRecord>>;
  /**
   * Takes a free agent for an attempt. Returns whether the attempt has the agent, and the state of the agent.
   *
   * @param options.over An ended attempt. If this attempt still has the agent, the agent counts as free.
   */
  takeAgent(
    extension: string,
    holder: AgentHolder,
    options: { at: number; over?: AgentHolder | undefined },
  ): Promise<{ taken: boolean; agent: AgentRecord }>;
  /** Frees the agent if this attempt has the agent. With `owner`, the runner that took the agent must match too. */
  releaseAgent(
    extension: string,
    holder: AgentHolder,
    rest?: Pick<AgentRecord, 'restUntil' | 'lastTalkEndedAt'>,
  ): Promise<void>;
  pauseAgent(extension: string, paused: boolean): Promise<AgentRecord>;
}

export function agentStore(table: ItemTable): AgentStore {
  return {
    async readAgents(extensions) {
      const items = await table.readMany<AgentRecord>(extensions.map(keyOf));
      return new Map(items.map(({ partition, data }) => [partition.slice(PREFIX.length), data]));
    },

    async takeAgent(extension, wanted, { at, over }) {
      const { item, result } = await changeItem<AgentRecord, AgentRecord>(
        table,
        keyOf(extension),
        (current) => {
          const agent = current?.data ?? {};
          const { holder, paused, restUntil = 0 } = agent;
          const isHeld = holder && !isSame(holder, wanted) && !(over && isSame(holder, over));
          if (isHeld || paused || restUntil > at) return { result: agent };
          if (holder && isSame(holder, wanted)) return { result: agent };
          const data = { ...agent, holder: { ...wanted, takenAt: at } };
          return { write: { data }, result: data };
        },
      );
      const agent = item?.data ?? result;
      return { taken: agent.holder !== undefined && isSame(agent.holder, wanted), agent };
    },

    async releaseAgent(extension, holder, rest = {}) {
      await changeItem<AgentRecord, void>(table, keyOf(extension), (current) => {
        const { holder: held, ...agent } = current?.data ?? {};
        if (!held || !isSame(held, { owner: held.owner, ...holder })) return { result: undefined };
        return { write: { data: { ...agent, ...rest } }, result: undefined };
      });
    },

    async pauseAgent(extension, paused) {
      const { result } = await changeItem<AgentRecord, AgentRecord>(table, keyOf(extension), (current) => {
        const data = { ...current?.data, paused };
        return { write: { data }, result: data };
      });
      return result;
    },
  };
}

/** After this time, an agent whose attempt was not claimed counts as free. */
export const CLAIM_MS = 30_000;

/** Returns whether the attempt that has an agent is over. Its runner may have died before it freed the agent. */
export function isHoldOver(
  { attempt, takenAt }: NonNullable<AgentRecord['holder']>,
  record: CallbackRecord | undefined,
  now: number,
): boolean {
  const held = record?.attempts.find(({ number }) => number === attempt);
  if (held) return held.endedAt !== undefined;
  return record === undefined || record.endedAt !== undefined || now - takenAt >= CLAIM_MS;
}

const isSame = (a: AgentHolder, b: AgentHolder): boolean =>
  a.callback === b.callback && a.attempt === b.attempt && a.owner === b.owner;

const PREFIX = 'agent#';
const keyOf = (extension: string): ItemKey => ({ partition: `${PREFIX}${extension}`, sort: 'agent' });
