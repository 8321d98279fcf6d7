import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '../support/asterisk/certificates.ts';
import { startPbx, sweep } from '../support/asterisk/pbx.ts';
import { watchEvents } from '../support/asterisk/watch-events.ts';
import { startMoto } from '../support/aws/moto.ts';
import { whyNoDebianRoot } from '../support/debian/roots.ts';
import { packageFunctions } from './artifacts.ts';
import { startFunction } from './function.ts';
import { batchOf, callbackIn, isCallback, post, signed, statusOf, TO, webhookBody } from './messages.ts';
import { agentsRung, rings } from './rings.ts';
import { runtimeClient } from './runtime-client.ts';
import { KEY_SECRET, STAGE, seedSettings, WEBHOOK_SECRET } from './settings.ts';

/** What is deployed, in Lambda's own runtime client, with moto's Parameter Store and a real Asterisk. */

const cleanUp = new AsyncDisposableStack();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void cleanUp.disposeAsync().finally(() => process.exit(1)));

let passed = 0;
let failed = 0;
let leftOut = 0;

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
console.log(`${passed} passed, ${failed} failed, ${leftOut} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

async function run(): Promise<void> {
  const reason = await whyNoDebianRoot();
  assert.equal(reason, undefined, `No Asterisk here: ${reason}.`);
  await sweep();
  const client = await runtimeClient().catch(leaveOut);
  if (client === undefined) return;

  // a name that the next run clears away, should this one be killed
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
  const start = async (name: 'callback' | 'webhook' | 'event') => {
    const artifact = artifacts.find((each) => each.name === name);
    assert.ok(artifact, `${name} is not packaged`);
    const one = await startFunction(artifact, { client, aws });
    cleanUp.defer(one.stop);
    return one;
  };
  const [callback, webhook, event] = [await start('callback'), await start('webhook'), await start('event')];

  await check(`the store holds ${store.count} parameters on more than one page, secrets encrypted`, () => {
    assert.ok(store.hasMorePages);
    assert.ok(!store.firstPage.includes('routes/default'));
    assert.equal(store.storedSecret?.Type, 'SecureString');
    assert.notEqual(store.storedSecret.Value, pbx.users.callback.secret);
  });

  await check('callback: an HTTP request is answered 201 and rings the agent', async () => {
    const body = JSON.stringify({ agent: '3200', to: TO });
    const answer = await callback.invoke(
      post('/callbacks', { authorization: `Bearer web.${KEY_SECRET}` }, body),
    );
    assert.equal(statusOf(answer), 201);
    await rings(watcher, '3200', callbackIn(answer));
  });

  await check('webhook: a signed one is answered 201 and rings the agent', async () => {
    const body = webhookBody('1269');
    const answer = await webhook.invoke(post('/webhooks/json', signed(body, WEBHOOK_SECRET), body));
    assert.equal(statusOf(answer), 201);
    await rings(watcher, '3208', callbackIn(answer));
  });

  await check('webhook: a forged one is answered 401', async () => {
    const body = webhookBody('1270');
    const answer = await webhook.invoke(post('/webhooks/json', signed(body, `${WEBHOOK_SECRET}!`), body));
    assert.equal(statusOf(answer), 401);
  });

  await check('event: of a batch, the queue gets back what rang nothing and may be tried again', async () => {
    const batch = batchOf({
      good: JSON.stringify({ agent: '3206', to: TO }),
      wrong: JSON.stringify({ agent: '3205', to: '112' }),
      'pbx-down': JSON.stringify({ agent: '3204', to: TO, route: 'down' }),
    });
    assert.deepEqual(await event.invoke(batch), { batchItemFailures: [{ itemIdentifier: 'pbx-down' }] });
    await rings(watcher, '3206');
  });

  await check('event: an invocation waits for both and is answered with the callback', async () => {
    const answer = await event.invoke({ agent: '3209', to: TO, wait: 'connected' });
    assert.ok(isCallback(answer));
    assert.equal(answer.legs.second.status, 'answered');
    await rings(watcher, '3209', answer);
  });

  await check('nobody else was rung, by the forged one least of all', () => {
    // the last call began after it, so that its channel would have been told of by now
    assert.deepEqual(agentsRung(watcher), ['3200', '3208', '3206', '3209']);
  });

  await check('the log is JSON, without a secret or a whole number', () => {
    for (const one of [callback, webhook, event]) {
      const lines = one.log().trim().split('\n');
      assert.ok(lines.some((line) => JSON.parse(line).message === 'callback'));
      for (const secret of [KEY_SECRET, WEBHOOK_SECRET, pbx.users.callback.secret, TO, TO.slice(1)])
        assert.ok(!one.log().includes(secret));
    }
  });
}

/** Compiling takes tools and headers that not every machine has: that says nothing of the functions. */
function leaveOut(error: Error): undefined {
  if (process.env['CI'] === 'true') throw error;
  leftOut += 1;
  console.error(
    `\n${'!'.repeat(100)}\nLEFT OUT: Lambda's runtime client cannot be made here: ${error.message}`,
  );
}
