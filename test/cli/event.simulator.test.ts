import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool } from '../support/cli/run-tool.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-event-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function fileOf(content: unknown): Promise<string> {
  const file = join(dir, `${crypto.randomUUID()}.json`);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const resultOf = (stdout: string): unknown => JSON.parse(/^\{\n[\s\S]*^\}$/m.exec(stdout)?.[0] ?? '');

const REQUEST = { to: '+74951234500', agent: '3200' };

describe('npx asterisk-callback event', () => {
  it.each([
    { title: 'a callback request', event: REQUEST },
    {
      title: 'an EventBridge event',
      event: { id: 'e1', source: 'my.shop', 'detail-type': 'CallbackRequested', detail: REQUEST },
    },
  ])('places the callback of $title in the simulator, without settings', async ({ event }) => {
    const { status, stdout } = await runTool('event', [await fileOf(event)]);
    expect(resultOf(stdout)).toMatchObject({
      to: REQUEST.to,
      status: expect.stringMatching(/^(queued|ringing)$/),
    });
    expect(status).toBe(0);
  });

  it('calls a callback of a line before it ends', async () => {
    const settings = await fileOf({
      'lines/sales': { capacity: 1 },
      'routes/default': {
        channel: 'PJSIP/{agent}',
        context: 'OUT_EXT2',
        to: { country: 'RU', allow: ['+7'] },
        line: 'sales',
      },
    });
    const event = await fileOf({ to: '+74951234501', agent: '3200' });
    const { status, stdout } = await runTool('event', [event, '--settings', settings]);
    expect(resultOf(stdout)).toMatchObject({ status: 'queued', line: 'sales' });
    expect(stdout).toContain('01 is busy');
    expect(status).toBe(0);
  });

  it('names a callback that is due later than a minute as lost, with status 1', async () => {
    const settings = await fileOf({
      'lines/sales': { capacity: 1 },
      'routes/default': {
        channel: 'PJSIP/{agent}',
        context: 'OUT_EXT2',
        to: { country: 'RU', allow: ['+7'] },
        line: 'sales',
      },
    });
    const later = { ...REQUEST, delaySeconds: 300 };
    const record = { messageId: 'm1', body: JSON.stringify(later), eventSource: 'aws:sqs' };
    for (const event of [
      later,
      { Records: [{ ...record, eventSourceARN: 'arn:aws:sqs:eu-central-1:1:q' }] },
    ]) {
      const { status, output } = await runTool('event', [await fileOf(event), '--settings', settings]);
      expect(output).toMatch(
        /^cb_[0-9a-f]{32} is lost: it is due at \S+Z, and this program keeps no callbacks\. .* start --settings FILE --data FOLDER/m,
      );
      expect(status).toBe(1);
    }
  });

  it('prints the messages of a queue that must come again, with status 1 if there are any', async () => {
    const record = (body: unknown, messageId: string) => ({
      messageId,
      body: JSON.stringify(body),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:callbacks',
    });
    const event = await fileOf({ Records: [record(REQUEST, 'm1'), record({ to: 'nobody' }, 'm2')] });
    const settled = await runTool('event', [event]);
    expect(resultOf(settled.stdout)).toEqual({ batchItemFailures: [] });
    expect(settled.status).toBe(0);

    const unreachable = await fileOf({
      'pbx/main/url': 'http://127.0.0.1:9',
      'pbx/main/username': 'callback',
      'pbx/main/secret': 'hunter2-of-the-pbx',
      'routes/default': { channel: 'PJSIP/{agent}', context: 'callbacks', to: { allow: ['+7'] } },
    });
    const retried = await runTool('event', [event, '--settings', unreachable]);
    expect(resultOf(retried.stdout)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(retried.status).toBe(1);
  });

  it('prints the problem of a request that is refused, with status 1', async () => {
    const { status, stdout } = await runTool('event', [await fileOf({ ...REQUEST, agent: '9999' })]);
    expect(resultOf(stdout)).toMatchObject({ code: 'agent-not-allowed' });
    expect(status).toBe(1);
  });

  it.each([
    {
      title: 'a missing file',
      file: '/nowhere/event.json',
      says: 'cannot be read (ENOENT). Check the path.',
    },
    { title: 'a file that is not JSON', text: '{"to": ', says: ':1:8 is not valid JSON.' },
  ])('says what is wrong with $title', async ({ file, text = '', says }) => {
    const { status, output } = await runTool('event', [file ?? (await fileOf(text))]);
    expect(output).toContain(says);
    expect(status).toBe(1);
  });
});
