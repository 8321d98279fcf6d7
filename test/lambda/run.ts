import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '../support/asterisk/certificates.ts';
import { startPbx, sweep } from '../support/asterisk/pbx.ts';
import { watchEvents } from '../support/asterisk/watch-events.ts';
import { startLambdaApi } from '../support/aws/lambda-api.ts';
import { startMoto } from '../support/aws/moto.ts';
import { whyNoDebianRoot } from '../support/debian/roots.ts';
import { startTable } from '../support/store/dynalite.ts';
import { packageFunctions } from './artifacts.ts';
import { startFunction } from './function.ts';
import { batchOf, callbackIn, isCallback, post, signed, statusOf, TO, webhookBody } from './messages.ts';
import { agentsRung, rings } from './rings.ts';
import { runtimeClient } from './runtime-client.ts';
import { KEY_SECRET, STAGE, seedSettings, WEBHOOK_SECRET } from './settings.ts';

/** Runs the packaged functions in Lambda's own runtime client, with moto's Parameter Store and a real Asterisk. */

const cleanUp = new AsyncDisposableStack();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void cleanUp.disposeAsync().finally(() => process.exit(1)));

let passed = 0;
let failed = 0;
let skipped = 0;

async function check(what: string, body: () => void | Promise<void>): Promise<void> {
  const started = performance.now();
  try {
    await body();
    passed += 1;
    console.log(`ok      ${what} (${Math.round(performance.now() - started)} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${what}`);
    console.log(error);
  }
}

try {
  await run();
} catch (error) {
  failed += 1;
  console.error(error);
} finally {
  await cleanUp.disposeAsync();
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

async function run(): Promise<void> {
  const reason = await whyNoDebianRoot();
  assert.equal(reason, undefined, `No Asterisk here: ${reason}.`);
  await sweep();
  const client = await runtimeClient().catch(skip);
  if (client === undefined) return;

  // The next run removes a folder of this name, should this one be killed.
  const scratch = await mkdtemp(join(tmpdir(), `asterisk-callback-${process.pid}-`));
  cleanUp.defer(() => rm(scratch, { recursive: true, force: true, maxRetries: 5 }));
  console.log('packaging the functions');
  const artifacts = packageFunctions(STAGE, scratch);
  const moto = await startMoto();
  cleanUp.defer(moto.stop);
  console.log('starting Asterisk and the functions');
  const { pbx, stop } = await startPbx('22', await makeCertificates());
  cleanUp.defer(stop);
  const watcher = cleanUp.use(await watchEvents(pbx));
  const { aws, ...store } = await seedSettings(moto.value, pbx);
  const table = await startTable(artifacts[0]?.env['TABLE_NAME']);
  cleanUp.defer(table.stop);
  const lambda = await startLambdaApi();
  cleanUp.defer(lambda.close);
  const start = async (name: 'callback' | 'webhook' | 'event' | 'queue' | 'worker') => {
    const artifact = artifacts.find((each) => each.name === name);
    assert.ok(artifact, `${name} is not packaged`);
    const one = await startFunction(artifact, {
      client,
      aws: { ...lambda.environment, ...aws, ...table.environment },
    });
    cleanUp.defer(one.stop);
    return one;
  };
  const [callback, webhook, event] = [await start('callback'), await start('webhook'), await start('event')];
  const [queue, worker] = [await start('queue'), await start('worker')];

  await check(`the store holds ${store.count} parameters on more than one page, secrets encrypted`, () => {
    assert.ok(store.hasMorePages);
    assert.ok(!store.firstPage.includes('routes/default'));
    assert.equal(store.storedSecret?.Type, 'SecureString');
    assert.notEqual(store.storedSecret.Value, pbx.users.callback.secret);
  });

  await check('callback answers an HTTP request with 201 and rings the agent', async () => {
    const body = JSON.stringify({ agent: '3200', to: TO });
    const answer = await callback.invoke(
      post('/callbacks', { authorization: `Bearer web.${KEY_SECRET}` }, body),
    );
    assert.equal(statusOf(answer), 201);
    await rings(watcher, '3200', callbackIn(answer));
  });

  await check('webhook answers a signed delivery with 201 and rings the agent', async () => {
    const body = webhookBody('1269');
    const answer = await webhook.invoke(post('/webhooks/json', signed(body, WEBHOOK_SECRET), body));
    assert.equal(statusOf(answer), 201);
    await rings(watcher, '3208', callbackIn(answer));
  });

  await check('webhook answers a forged delivery with 401', async () => {
    const body = webhookBody('1270');
    const answer = await webhook.invoke(post('/webhooks/json', signed(body, `${WEBHOOK_SECRET}!`), body));
    assert.equal(statusOf(answer), 401);
  });

  await check(
    'event returns to the queue only those messages that rang no phone and may be retried',
    async () => {
      const batch = batchOf({
        good: JSON.stringify({ agent: '3206', to: TO }),
        wrong: JSON.stringify({ agent: '3205', to: '112' }),
        'pbx-down': JSON.stringify({ agent: '3204', to: TO, route: 'down' }),
      });
      assert.deepEqual(await event.invoke(batch), { batchItemFailures: [{ itemIdentifier: 'pbx-down' }] });
      await rings(watcher, '3206');
    },
  );

  await check('event waits for both parties and returns the callback', async () => {
    const answer = await event.invoke({ agent: '3209', to: TO, wait: 'connected' });
    assert.ok(isCallback(answer));
    assert.equal(answer.legs.second.status, 'answered');
    await rings(watcher, '3209', answer);
  });

  await check('queue returns every message that was not placed, and waits for no call', async () => {
    const placed = batchOf({ quick: JSON.stringify({ agent: '3200', to: TO, wait: 'completed' }) });
    assert.deepEqual(await queue.invoke(placed), { batchItemFailures: [] });
    const refused = batchOf({ wrong: JSON.stringify({ agent: '3205', to: '112' }) });
    assert.deepEqual(await queue.invoke(refused), { batchItemFailures: [{ itemIdentifier: 'wrong' }] });
    await rings(watcher, '3200');
  });

  await check(
    'callback queues a request of a line, and worker rings it when it is invoked for the line',
    async () => {
      const body = JSON.stringify({ agent: '3207', to: TO, route: 'line' });
      const answer = await callback.invoke(
        post('/callbacks', { authorization: `Bearer web.${KEY_SECRET}` }, body),
      );
      assert.equal(statusOf(answer), 202);
      const [invocation] = lambda.invocations;
      assert.deepEqual(invocation, {
        functionName: `asterisk-callback-${STAGE}-worker`,
        type: 'Event',
        event: { line: 'sales' },
      });
      assert.deepEqual(await worker.invoke(invocation.event), { line: 'sales', end: 'idle' });
      await rings(watcher, '3207', callbackIn(answer));
    },
  );

  await check('worker starts no runner at a tick when nothing waits', async () => {
    assert.deepEqual(await worker.invoke({ tick: true }), { started: [] });
    assert.ok(worker.log().includes('"Ticks":1'));
  });

  await check('no other phone rang, and the forged delivery rang none', () => {
    // The last call began after the forged request, so the watcher would have seen a channel of the latter by now.
    assert.deepEqual(agentsRung(watcher), ['3200', '3208', '3206', '3209', '3200', '3207']);
  });

  await check('the log is JSON and holds no secret and no whole number', () => {
    for (const one of [callback, webhook, event, queue, worker]) {
      const lines = one.log().trim().split('\n');
      const message = one === worker ? 'runner ended' : 'callback';
      assert.ok(lines.some((line) => JSON.parse(line).message === message));
      for (const secret of [KEY_SECRET, WEBHOOK_SECRET, pbx.users.callback.secret, TO, TO.slice(1)])
        assert.ok(!one.log().includes(secret));
    }
  });
}

/** Compiling needs tools and headers that not every machine has. That is no fault of the functions. */
function skip(error: Error): undefined {
  if (process.env['CI'] === 'true') throw error;
  skipped += 1;
  console.error(
    `\n${'!'.repeat(100)}\nSKIPPED: Lambda's runtime client cannot be compiled here: ${error.message}`,
  );
}
