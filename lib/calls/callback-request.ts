import * as z from 'zod/mini';
import type { FieldProblem } from '../problems/problem-codes.ts';
import { described } from '../shared/described.ts';
import { recordOf } from '../shared/record-of.ts';
import { fieldErrors } from './field-errors.ts';
import { parseRequest, time } from './request-schema.ts';

/** A control character could forge a line in the event stream of the PBX. */
const CONTROL = /\p{Cc}/u;
/** For a number, which may hold a tab if it was copied from a table. The number rules remove the tab. */
const CONTROL_BUT_TAB = /[^\P{Cc}\t]/u;
const text = (max: number, refused = CONTROL) =>
  z.string().check(
    z.maxLength(max, `at most ${max} characters`),
    z.refine((value) => !refused.test(value), 'holds a control character'),
    z.refine((value) => value.isWellFormed(), 'is not well-formed Unicode'),
  );
const filled = (max: number, refused = CONTROL) => text(max, refused).check(z.minLength(1, 'is empty'));
const strings = (maxValue: number) => recordOf(filled(64), text(maxValue));

const digits = () => z.string().check(z.regex(/^[0-9*#A-Dw]{1,32}$/, 'is 1 to 32 of 0-9 * # A-D and w'));

/** CRMs and spreadsheets send an extension as a number. */
const extension = () =>
  z.pipe(
    z.union([filled(64), z.int().check(z.gte(0))]),
    z.transform((value) => String(value)),
  );

const MAX_TIME = 40;
const shortTime = () => time().check(z.maxLength(MAX_TIME, `at most ${MAX_TIME} characters`));

const MAX_DELAY_SECONDS = 2_592_000;
/** Without its unit, the number would be masked as a phone number. */
const MAX_DELAY_WORDS = `must be at most ${MAX_DELAY_SECONDS} seconds (30 days)`;
const MAX_METADATA_ENTRIES = 10;
export const DEFAULT_PRIORITY = 5;

/** A callback request, for all handlers. Unknown fields are refused. OpenAPI is generated from this schema. */
export const callbackRequest = described(
  z.strictObject({
    to: described(
      filled(64, CONTROL_BUT_TAB),
      'The number to call: E.164, or as people write it in the country of the route',
    ),
    agent: z.optional(
      described(extension(), 'The extension of the agent. Required unless the route sets it'),
    ),
    route: z._default(described(filled(64), 'A route of the settings'), 'default'),
    callerId: z.optional(described(filled(64), 'The number that the customer sees. The route must allow it')),
    variables: z._default(described(strings(1024), 'Channel variables. The route must list their names'), {}),
    timeoutSeconds: z.optional(
      described(
        z.number().check(z.gte(5), z.lte(120)),
        'How long the first phone rings. Default: the setting of the route',
      ),
    ),
    dtmf: z.optional(
      described(
        digits(),
        'Digits that are sent to the customer after both parties have answered. `w` waits half a second',
      ),
    ),
    wait: z._default(
      described(z.enum(['accepted', 'answered', 'connected', 'completed']), 'What the response waits for'),
      'accepted',
    ),
    waitSeconds: z._default(
      described(
        z.number().check(z.gte(0), z.lte(900)),
        'How long the response waits at most. Then it shows the current status',
      ),
      25,
    ),
    at: z.optional(
      described(
        shortTime(),
        'When to call, up to 30 days ahead. `at`, `delaySeconds`, `expiresAt` and `priority` need a route with a line',
      ),
    ),
    delaySeconds: z.optional(
      described(
        z.number().check(z.gte(0), z.lte(MAX_DELAY_SECONDS, MAX_DELAY_WORDS)),
        'When to call, instead of `at`',
      ),
    ),
    expiresAt: z.optional(
      described(
        shortTime(),
        'No attempt starts at or after this time. Default: `giveUpAfterSeconds` of the line, counted in open hours',
      ),
    ),
    priority: z.optional(
      described(
        z.int().check(z.gte(1), z.lte(9)),
        `1 (first) to 9. Each step counts as ten minutes of waiting. Default: ${DEFAULT_PRIORITY}`,
      ),
    ),
    metadata: z._default(
      described(
        strings(1024).check(
          z.refine(
            (value) => Object.keys(value).length <= MAX_METADATA_ENTRIES,
            `holds at most ${MAX_METADATA_ENTRIES} entries`,
          ),
        ),
        `At most ${MAX_METADATA_ENTRIES} entries, returned unchanged`,
        { maxProperties: MAX_METADATA_ENTRIES },
      ),
      {},
    ),
  }),
  'Strings hold no control characters. Only `to` may hold tabs.',
  { id: 'CallbackRequest' },
);

export type CallbackRequest = z.infer<typeof callbackRequest>;
export type Wait = CallbackRequest['wait'];

const digitsRequest = described(
  z.strictObject({ digits: described(digits(), '`w` waits half a second') }),
  'Digits for the customer of a live call',
  { id: 'DigitsRequest' },
);

export type ParsedRequest = { ok: true; request: CallbackRequest } | { ok: false; errors: FieldProblem[] };

/** Checks a request. The errors name fields and never repeat values. */
export function parseCallbackRequest(input: unknown): ParsedRequest {
  const parsed = callbackRequest.safeParse(input, { reportInput: true });
  return parsed.success
    ? { ok: true, request: parsed.data }
    : { ok: false, errors: fieldErrors(parsed.error, Object.keys(callbackRequest.def.shape)) };
}

/** Returns the digits of a request. @throws CallbackError request-invalid. */
export const parseDigits = (input: unknown): string => parseRequest(digitsRequest, input).digits;
