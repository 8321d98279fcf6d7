import { describe, expect, it } from 'vitest';
import { START, VirtualLine } from '../support/queue/virtual-line.ts';

const SECOND = 1_000;

describe('A start that waits for a slow PBX', () => {
  it('makes no attempt once its callback has expired', async () => {
    const line = new VirtualLine();
    line.pbx.connectMs = 7 * SECOND;
    const id = await line.accept({ expires: 5 });
    line.startRunner();
    await line.time.run(START + 60 * SECOND);
    const [record] = await line.records([id]);
    expect(record?.callback.status).toBe('expired');
    expect(line.pbx.calls).toHaveLength(0);
  });

  it('makes no attempt while its line is paused', async () => {
    const line = new VirtualLine();
    line.pbx.connectMs = 7 * SECOND;
    const id = await line.accept();
    line.startRunner();
    line.time.at(START + 3 * SECOND, () => void line.store.pauseLine('sales', true));
    await line.time.run(START + 30 * SECOND);
    expect(line.pbx.calls).toHaveLength(0);
    await line.store.pauseLine('sales', false);
    line.startRunner();
    await line.time.run(START + 60 * SECOND);
    const [record] = await line.records([id]);
    expect(record?.callback.status).toBe('completed');
  });
});
