import { it } from 'vitest';
import { describeOnAsterisk, watchEvents } from '../support/asterisk/index.ts';
import { checkFreeze, checkKills, checkThroughput } from '../support/queue/check-shared-line.ts';
import { twoProcessesOnDynamoDb } from '../support/queue/two-processes.ts';

describeOnAsterisk('a busy line that two processes share on one DynamoDB', (pbx) => {
  const open = twoProcessesOnDynamoDb();

  it('rings each of 200 callbacks once, and keeps its ten slots full', async () => {
    await using watcher = await watchEvents(pbx);
    await checkThroughput(pbx, watcher, { ...open(), callbacks: 200, share: 0.8 });
  });

  it('loses none of 200 callbacks and rings none twice when both are killed five times', async () => {
    await using watcher = await watchEvents(pbx);
    await checkKills(pbx, watcher, { ...open(), callbacks: 200, kills: 5 });
  });

  it('rings none twice when the runner stands still five times for longer than its lease', async () => {
    await using watcher = await watchEvents(pbx);
    await checkFreeze(pbx, watcher, { ...open(), callbacks: 60, freezes: 5 });
  });
});
