import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { openEventFunction } from '../support/events/event-function.ts';
import { settingsFor } from '../support/http/settings.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The requests that the page and the template show for a schedule, as Scheduler fills them in. */
const shown = [
  /```json\n(\{\n {2}"to".*?)```/s.exec(read('docs/events.md'))?.[1],
  /^ +# +Input: '(.*)'$/m.exec(read('serverless.yml'))?.[1],
].map((text = '') =>
  text
    .replace(
      '<aws.scheduler.schedule-arn>',
      'arn:aws:scheduler:eu-central-1:123456789012:schedule/calls/nine',
    )
    .replace('<aws.scheduler.scheduled-time>', '2026-11-29T09:00:00Z'),
);

it.each(shown)(
  'The schedule in the docs places a callback, and again none when it is repeated: %s',
  async (text) => {
    await using simulator = await startSimulator();
    await using lambda = await openEventFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
    const event = { ...JSON.parse(text), to: '+74951234567' };
    const first = await lambda.invoke(event);
    expect(first).toMatchObject({ id: expect.stringMatching(/^cb_/) });
    expect((await lambda.invoke(event))['id']).toBe(first['id']);
    expect(simulator.calls).toHaveLength(1);
  },
);
