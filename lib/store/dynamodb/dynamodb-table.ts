import { randomUUID } from 'node:crypto';
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type * as table from '../item-table.ts';
import { storeUnreachable } from '../item-table.ts';
import {
  type Attributes,
  attributesToIndexEntry,
  countOf,
  fromAttributes,
  isExpired,
  keyAttributes,
  toAttributes,
} from './attributes.ts';
import { documentClient, TIME_LIMITS, type TimeLimits } from './client.ts';
import {
  addOne,
  expectNone,
  expectVersion,
  expectVersionOrNone,
  rangeQuery,
  subtractOne,
} from './expressions.ts';
import { indexSort } from './schema.ts';

/** DynamoDB's limit for one BatchGetItem, in items. */
const BATCH = 100;

export interface DynamoDbTableOptions {
  tableName: string;
  /** @default the endpoint in the environment */
  endpoint?: string | undefined;
  /** @default Date.now */
  now?: () => number;
  /** @default TIME_LIMITS */
  limits?: TimeLimits;
}

/** The item table in DynamoDB. */
export class DynamoDbTable implements table.ItemTable {
  readonly #table: { TableName: string };
  readonly #now: () => number;
  readonly #limits: TimeLimits;
  readonly #client;
  readonly #sendsOnce;

  constructor({ tableName, endpoint, now = Date.now, limits = TIME_LIMITS }: DynamoDbTableOptions) {
    this.#table = { TableName: tableName };
    this.#now = now;
    this.#limits = limits;
    this.#client = documentClient(endpoint, limits);
    this.#sendsOnce = documentClient(endpoint, limits, 1);
  }

  async read<Data>(key: table.ItemKey): Promise<table.StoredItem<Data> | undefined> {
    const attributes = await this.#get(key);
    return attributes && fromAttributes<Data>(attributes, this.#now());
  }

  async readMany<Data>(keys: readonly table.ItemKey[]): Promise<table.StoredItem<Data>[]> {
    const { TableName } = this.#table;
    const found: Attributes[] = [];
    for (let from = 0; from < keys.length; from += BATCH) {
      let wanted: Attributes[] = keys.slice(from, from + BATCH).map(keyAttributes);
      // DynamoDB does not read keys beyond 16 MB or beyond its rate. It returns them in UnprocessedKeys.
      while (wanted.length > 0) {
        const command = new BatchGetCommand({ RequestItems: { [TableName]: { Keys: wanted } } });
        const { Responses, UnprocessedKeys } = await answerOf(this.#client.send(command, this.#inTime()));
        found.push(...(Responses?.[TableName] ?? []));
        wanted = UnprocessedKeys?.[TableName]?.Keys ?? [];
      }
    }
    return this.#visible(found);
  }

  async write<Data>(item: table.Item<Data>, expected: string | undefined): Promise<table.Written<Data>> {
    const version = randomUUID();
    const written: table.Written<Data> = { written: true, item: { ...item, version } };
    const condition = expected === undefined ? expectNone(this.#now()) : expectVersion(expected);
    const command = new PutCommand({ ...this.#table, Item: toAttributes(item, version), ...condition });
    try {
      await this.#client.send(command, this.#inTime());
      return written;
    } catch (error) {
      // After a lost reply the SDK sends the write again, and the condition fails because of the first write.
      const current = await this.read<Data>(item).catch(() => {
        throw storeUnreachable(error);
      });
      if (current?.version === version) return written;
      if (!isConditionFailure(error)) throw storeUnreachable(error);
      return { written: false, current };
    }
  }

  async remove(key: table.ItemKey, expected: string): Promise<boolean> {
    const condition = expectVersionOrNone(expected);
    const command = new DeleteCommand({ ...this.#table, Key: keyAttributes(key), ...condition });
    const removed = this.#client.send(command, this.#inTime()).then(() => true);
    return await unlessConditionFails(removed, false);
  }

  async add(key: table.ItemKey, limit: table.CountLimit): Promise<number | undefined> {
    const command = new UpdateCommand({ ...this.#table, ...addOne(key, limit), ReturnValues: 'ALL_NEW' });
    const sent = this.#client.send(command, this.#inTime()).then(({ Attributes: all = {} }) => countOf(all));
    return await unlessConditionFails(sent, undefined);
  }

  async readCount(key: table.ItemKey): Promise<number> {
    return countOf((await this.#get(key)) ?? {});
  }

  async giveBack(key: table.ItemKey): Promise<void> {
    const command = new UpdateCommand({ ...this.#table, ...subtractOne(key) });
    await answerOf(this.#sendsOnce.send(command, this.#inTime()));
  }

  async queryIndex(index: table.IndexName, range: table.Range): Promise<table.IndexEntry[]> {
    const found = await this.#query(range, index);
    return found.map((attributes) => attributesToIndexEntry(attributes, indexSort(index)));
  }

  async queryItems<Data>(range: table.Range): Promise<table.StoredItem<Data>[]> {
    // Does not count expired items. Otherwise a page could be short and look like the last page.
    const now = this.#now();
    return this.#visible(await this.#query(range, undefined, (attributes) => !isExpired(attributes, now)));
  }

  async close(): Promise<void> {
    this.#client.destroy();
    this.#sendsOnce.destroy();
  }

  async #get(key: table.ItemKey): Promise<Attributes | undefined> {
    const command = new GetCommand({ ...this.#table, Key: keyAttributes(key), ConsistentRead: true });
    return (await answerOf(this.#client.send(command, this.#inTime()))).Item;
  }

  #inTime(): { abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#limits.operationMs) };
  }

  async #query(
    range: table.Range,
    index?: table.IndexName,
    isWanted: (attributes: Attributes) => boolean = () => true,
  ): Promise<Attributes[]> {
    const found: Attributes[] = [];
    let next: Attributes | undefined;
    do {
      const command: QueryCommand = new QueryCommand({
        ...this.#table,
        ...rangeQuery(range, index),
        Limit: range.limit - found.length,
        ExclusiveStartKey: next,
      });
      const page = await answerOf(this.#client.send(command, this.#inTime()));
      found.push(...(page.Items ?? []).filter(isWanted));
      next = page.LastEvaluatedKey;
    } while (next && found.length < range.limit);
    return found;
  }

  #visible<Data>(found: readonly Attributes[]): table.StoredItem<Data>[] {
    const now = this.#now();
    return found.flatMap((attributes) => fromAttributes<Data>(attributes, now) ?? []);
  }
}

const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

async function answerOf<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    throw storeUnreachable(error);
  }
}

async function unlessConditionFails<T, U>(sent: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await sent;
  } catch (error) {
    if (isConditionFailure(error)) return otherwise;
    throw storeUnreachable(error);
  }
}
