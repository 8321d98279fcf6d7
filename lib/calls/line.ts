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
      '`talking`: rung by an attempt, or in its talk. `wrap-up`: left alone after a talk, or after not answering',
    ),
    paused: described(z.boolean(), 'True: no line rings the agent. A talk goes on'),
    until: z.optional(time('When the wrap-up ends')),
    callback: z.optional(text('The callback that rings the agent, or in which the agent talks')),
  }),
  'An agent. All lines share it',
  { id: 'LineAgent' },
);

const line = described(
  z.object({
    name: text('The name in the settings'),
    paused: described(z.boolean(), 'True: nothing starts. Calls go on'),
    capacity: count('Attempts and talks that may live at once'),
    slotsInUse: count('Attempts and talks that live now'),
    agents: described(
      z.array(lineAgent),
      'Those of the routes that the key may use, as far as they are known',
    ),
    due: count(`Callbacks that wait for a slot or an agent. Counted up to ${MOST_COUNTED}`),
    scheduled: count(`Callbacks that become due later. Counted up to ${MOST_COUNTED}`),
    oldestWaitSeconds: described(
      z.nullable(z.int().check(z.gte(0))),
      'How long the callback that is due for the longest time has waited. `null`: none is due',
    ),
    runner: described(
      z.nullable(
        z.object({
          id: text('Random, new with each runner'),
          until: time('Without renewal, another runner may take the line then'),
        }),
      ),
      'The process that works the line. `null`: none does. One is started when a callback is accepted, and each minute',
    ),
  }),
  'A line, and what it does now',
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
  z.strictObject({ paused: described(z.boolean(), 'False: go on') }),
  'Pauses a line or an agent, or lets it go on',
  { id: 'PauseRequest' },
);

export type LineView = z.infer<typeof line>;
export type LineAgentView = z.infer<typeof lineAgent>;
export type LineList = z.infer<typeof lineList>;

/** Returns whether to pause. @throws CallbackError request-invalid. */
export const parsePause = (input: unknown): boolean => parseRequest(pauseRequest, input).paused;
