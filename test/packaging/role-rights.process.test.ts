import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionPool } from '../../lib/asterisk/session-pool.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { cancelInLine } from '../../lib/calls/cancel-in-line.ts';
import { viewLine } from '../../lib/calls/line-view.ts';
import { queueCallback } from '../../lib/calls/queue-callback.ts';
import type { Services } from '../../lib/calls/services.ts';
import { lineWaker } from '../../lib/calls/wake-line.ts';
import { openRunner } from '../../lib/queue/open-runner.ts';
import { tick } from '../../lib/queue/tick.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { DynamoDbTable } from '../../lib/store/dynamodb/dynamodb-table.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { refusedBy, type SentOperation } from '../support/packaging/role-rights.ts';
import { type Stack, stackWith } from '../support/packaging/template.ts';
import { createTable, type RunningDynamoDb, startDynalite } from '../support/store/dynalite.ts';
import { type FaultyProxy, startFaultyProxy } from '../support/store/faulty-proxy.ts';

const limits = { perMinute: 100, perDay: 100, perNumberPerDay: 10 };

describe('The rights of the stack', { timeout: 60_000 }, () => {
  let stack: Stack;
  let simulator: Simulator;
  let dynalite: RunningDynamoDb;
  let proxy: FaultyProxy;
  let store: Store;
  let services: Services;
  let sent: SentOperation[] = [];
  beforeAll(async () => {
    stack = stackWith();
    simulator = await startSimulator({ timeScale: 0.01 });
    dynalite = await startDynalite();
    proxy = await startFaultyProxy(dynalite.url);
    proxy.fault = (operation, _, body) => {
      sent.push({ operation, body });
      return 'none';
    };
    const tableName = await createTable(dynalite.url);
    store = createStore(new DynamoDbTable({ tableName, endpoint: proxy.url }));
    const [user] = DEFAULTS.users;
    const settings = parseSettings({
      ...{
        'pbx/main/url': simulator.url,
        'pbx/main/username': user.username,
        'pbx/main/secret': user.secret,
      },
      ...{ limits, doNotCallSecret: 'a-secret-of-enough-letters-0123456789' },
      'lines/sales': { capacity: 2 },
      'routes/default': {
        ...{ channel: 'PJSIP/{agent}', context: 'OUT_EXT2', to: { country: 'RU', allow: ['+7'] }, limits },
        ...{ line: 'sales', pool: ['3200', '3201'] },
      },
    });
    const opener = async () => store;
    const wakeLine = lineWaker({}, opener, async () => undefined);
    services = {
      settings: { get: async () => settings, refresh: async () => settings },
      sessions: new SessionPool(),
      store: opener,
      ...(wakeLine && { wakeLine }),
    };
  }, 120_000);
  afterAll(async () => {
    await services.sessions.close();
    await store.close();
    await Promise.all([simulator.close(), proxy.stop(), dynalite.stop()]);
  });

  async function queue(to: string): Promise<string> {
    const settings = await services.settings.get();
    const parsed = parseCallbackRequest({ to });
    const route = settings.routes['default'];
    if (!parsed.ok || !route) throw new Error('the request is wrong');
    const options = { id: newCallbackId(), principal: 'keys/test', deadline: Deadline.in(10_000) };
    await queueCallback(services, parsed.request, { ...options, settings, route, line: 'sales' });
    return options.id;
  }

  it.each(['CallbackRole', 'EventRole', 'QueueRole', 'WebhookRole'])(
    'let %s queue a callback and start its runner',
    async (role) => {
      sent = [];
      await queue('+74951234507');
      await queue('+74951234507');
      expect(sent.length).toBeGreaterThan(5);
      expect(refusedBy(stack, role, sent)).toEqual([]);
    },
  );

  it('let the function callback show and steer a line, and cancel in it', async () => {
    const id = await queue('+74951234508');
    sent = [];
    await viewLine(store, { name: 'sales', capacity: 2, agents: ['3200'], mayUseRoute: () => true });
    await store.pauseLine('sales', false);
    await store.pauseAgent('3200', false);
    const record = await store.readCallback(id);
    if (record) await cancelInLine(services, record, 'sales', Deadline.in(5_000));
    expect(refusedBy(stack, 'CallbackRole', sent)).toEqual([]);
  });

  it('let the function worker look after lines, and call what waits in one', async () => {
    sent = [];
    expect(await tick(services, async () => undefined)).toEqual(['sales']);
    const runner = await openRunner(services, 'sales');
    expect(await runner.run()).toBe('idle');
    const operations = new Set(sent.map(({ operation }) => operation));
    expect(operations).toEqual(new Set(['GetItem', 'PutItem', 'Query', 'BatchGetItem']));
    expect(refusedBy(stack, 'WorkerRole', sent)).toEqual([]);
  });

  it('let no function but the worker be the runner of a line', () => {
    const body = JSON.stringify({ Item: { pk: { S: 'lease#line/sales' } } });
    const lease = [{ operation: 'PutItem', body }];
    for (const role of ['CallbackRole', 'EventRole', 'QueueRole', 'WebhookRole'])
      expect(refusedBy(stack, role, lease)).toHaveLength(1);
    expect(refusedBy(stack, 'WorkerRole', lease)).toEqual([]);
  });
});
