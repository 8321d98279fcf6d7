import { describe, it } from 'vitest';
import { describeOnAsterisk, watchEvents } from '../support/asterisk/index.ts';
import { checkFreeze, checkKills, checkThroughput } from '../support/queue/check-shared-line.ts';
import { twoProcessesOnDynamoDb } from '../support/queue/two-processes.ts';

describeOnAsterisk('a line', (pbx) => {
  describe('that two processes share on one DynamoDB', { timeout: 240_000 }, () => {
    const open = twoProcessesOnDynamoDb();

    it('rings each callback once, keeps its slots full and never has more calls than slots', async () => {
      await using watcher = await watchEvents(pbx);
      await checkThroughput(pbx, watcher, { ...open(), callbacks: 60, share: 0.5 });
    });

    it('loses no callback and rings none twice when both are killed', async () => {
      await using watcher = await watchEvents(pbx);
      await checkKills(pbx, watcher, { ...open(), callbacks: 30, kills: 2 });
    });

    it('rings none twice when the runner stands still for longer than its lease', async () => {
      await using watcher = await watchEvents(pbx);
      await checkFreeze(pbx, watcher, { ...open(), callbacks: 30, freezes: 1 });
    });
  });

  it('rings each callback once in one process on SQLite', async () => {
    await using watcher = await watchEvents(pbx);
    await checkThroughput(pbx, watcher, { processes: 1, capacity: 10, callbacks: 60, share: 0.5 });
  }, 120_000);
});
