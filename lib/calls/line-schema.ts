import * as z from 'zod/mini';
import { described } from '../shared/described.ts';
import { parseRequest } from './request-schema.ts';

/** A line as callers receive it. OpenAPI is generated from these schemas. Users rely on the names, so they never change. */

const text = (description: string) => described(z.string(), description);
const time = (description: string) => described(z.iso.datetime(), description);
const count = (description: string) => described(z.int().check(z.gte(0)), description);

/** The highest number that `due` and `scheduled` count to. */
export const MOST_COUNTED = 1_000;

const lineAgent = described(
  z.object({
    extension: text('The extension'),
    status: described(
      z.enum(['free', 'talking', 'wrap-up', 'paused']),
      '`talking`: an attempt rings the agent, or the agent talks. `wrap-up`: a pause after a talk or an unanswered call',
    ),
    paused: described(z.boolean(), '`true`: no line rings the agent. A talk continues'),
    until: z.optional(time('When the wrap-up ends')),
    callback: z.optional(text('The callback that rings the agent, or in which the agent talks')),
  }),
  'An agent. All lines share the agents',
  { id: 'LineAgent' },
);

const line = described(
  z.object({
    name: text('The name in the settings'),
    paused: described(z.boolean(), '`true`: no attempt starts. Calls continue'),
    capacity: count('Attempts and talks that may live at once'),
    slotsInUse: count('Attempts and talks that live now'),
    agents: described(z.array(lineAgent), 'The known agents of the routes that the key may use'),
    due: count(`Callbacks that wait for a slot or an agent. Counted up to ${MOST_COUNTED}`),
    scheduled: count(`Callbacks that become due later. Counted up to ${MOST_COUNTED}`),
    oldestWaitSeconds: described(
      z.nullable(z.int().check(z.gte(0))),
      'How long the callback with the longest wait has been due. `null`: no callback is due',
    ),
    runner: described(
      z.nullable(
        z.object({
          id: text('Random. Each runner has a new id'),
          until: time('When the lease of the runner ends. Then another runner may take the line'),
        }),
      ),
      'The process that works the line. `null`: no process works it. A callback that is due soon starts a runner when it is accepted. A check each minute starts missing runners',
    ),
  }),
  'A line and its current state',
  { id: 'Line' },
);

const lineList = described(
  z.object({ lines: z.array(line) }),
  'The lines of the routes that the key may use',
  {
    id: 'LineList',
  },
);

const pauseRequest = described(
  z.strictObject({ paused: described(z.boolean(), '`false`: resume') }),
  'Pauses or resumes a line or an agent',
  { id: 'PauseRequest' },
);

export type LineView = z.infer<typeof line>;
export type LineAgentView = z.infer<typeof lineAgent>;
export type LineList = z.infer<typeof lineList>;

/** Returns whether to pause. @throws CallbackError request-invalid. */
export const parsePause = (input: unknown): boolean => parseRequest(pauseRequest, input).paused;
