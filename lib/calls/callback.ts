import * as z from 'zod/mini';
import { described } from '../shared/described.ts';

/**
 * The callback as callers receive it. OpenAPI is generated from this schema. Users rely on the names, so they never change.
 */

const text = (description: string) => described(z.string(), description);
const old = (description: string) => described(z.string(), description, { deprecated: true });
const time = (description: string) => described(z.iso.datetime(), description);
const seconds = (description: string) => described(z.number().check(z.gte(0)), description);

const party = z.enum(['agent', 'customer']);
export type Party = z.infer<typeof party>;

const legStatus = z.enum(['waiting', 'ringing', 'answered', 'busy', 'no-answer', 'failed', 'canceled']);
export type LegStatus = z.infer<typeof legStatus>;

const failureReason = z.enum(['rejected', 'unreachable', 'congestion', 'other']);
export type FailureReason = z.infer<typeof failureReason>;

export const leg = z
  .object({
    party,
    status: legStatus,
    reason: z.optional(described(failureReason, 'Comes with `failed`')),
    channel: z.optional(text("Asterisk's channel name")),
    cause: z.optional(described(z.int(), 'Q.850 hangup cause')),
    causeText: z.optional(text("Asterisk's text for the cause")),
    ringSeconds: z.optional(seconds('How long the phone rang')),
    talkSeconds: z.optional(seconds('From the answer to the hangup')),
  })
  .register(z.globalRegistry, { id: 'Leg' });
export type Leg = z.infer<typeof leg>;

const header = z.union([z.string(), z.array(z.string())]);

const asteriskAnswer = z
  .object({
    originate: z.optional(
      described(
        z.object({
          response: text(
            '`Success` if Asterisk accepted the Originate. It does not say whether a phone rings',
          ),
          message: z.optional(text('The message of the reply')),
        }),
        'The reply to the Originate',
      ),
    ),
    response: z.optional(old('Use `originate.response`. The next version drops this field')),
    message: z.optional(old('Use `originate.message`. The next version drops this field')),
    actionId: text('The ActionID of the Originate'),
    event: z.optional(described(z.record(z.string(), header), 'The OriginateResponse event, once received')),
  })
  .register(z.globalRegistry, { id: 'AsteriskAnswer', description: 'The reply and the event of Asterisk' });

/** In the order of a callback with a line. Without a line, `dialing` comes first, and `queued` follows it. */
export const OPEN_STATUSES = ['scheduled', 'queued', 'dialing', 'ringing', 'in-progress'] as const;
/** The callback is over. */
export const FINAL_STATUSES = [
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
  'expired',
  'unknown',
] as const;

export const statusSchema = z.enum([...OPEN_STATUSES, ...FINAL_STATUSES]);
export type CallStatus = z.infer<typeof statusSchema>;

const shared = {
  id: z.string().check(z.regex(/^cb_[0-9a-f]{32}$/)),
  status: described(
    statusSchema,
    '`unknown`: an Originate may have been sent, and its outcome could not be recovered',
  ),
  route: text('The route of the settings'),
  pbx: text('The PBX of the settings'),
  agent: text("The agent's extension"),
  to: text('E.164, except for internal numbers'),
  legs: z.object({ first: leg, second: leg }),
  asterisk: asteriskAnswer,
  waitEnded: z.optional(
    described(z.enum(['timeout']), '`timeout`: `waitSeconds` passed before the state in `wait` was decided'),
  ),
  dtmf: z.optional(
    described(
      z.enum(['sent', 'partly-sent', 'not-sent']),
      'Whether the digits of the request were sent. Absent if the dialplan sends them',
    ),
  ),
  metadata: described(z.record(z.string(), z.string()), 'As in the request'),
};

const attempt = z
  .object({
    number: z.int().check(z.gte(1)),
    agent: shared.agent,
    pbx: shared.pbx,
    startedAt: time('When the Originate was claimed'),
    endedAt: z.optional(time('When the attempt was over')),
    status: statusSchema,
    legs: shared.legs,
    asterisk: asteriskAnswer,
  })
  .register(z.globalRegistry, { id: 'Attempt', description: 'One Originate of the callback' });

export const callback = z
  .object({
    ...shared,
    createdAt: time('When the request arrived'),
    observedAt: time('When the status was last seen'),
    live: described(
      z.nullable(z.boolean()),
      'Whether the call lives. `null`: not known, for example because the PBX cannot be reached',
    ),
    endedAt: z.optional(time('When the callback was over')),
    revision: described(z.int(), 'Grows with every change'),
    line: z.optional(text('The line of the settings')),
    priority: z.optional(z.int()),
    dueAt: z.optional(time('When the callback is due')),
    expiresAt: z.optional(time('When the callback expires if no attempt has started')),
    attempts: z.array(attempt),
  })
  .register(z.globalRegistry, { id: 'Callback' });

/** A page of a list. OpenAPI is generated from this schema. */
const callbackPage = z
  .object({
    callbacks: z.array(callback),
    cursor: z.nullable(text('For the next page. `null` at the end')),
  })
  .register(z.globalRegistry, { id: 'CallbackPage' });
export type CallbackPage = z.infer<typeof callbackPage>;

/** The callback without its record. */
const callState = z.object(shared);
export type Callback = z.infer<typeof callState>;

/** The callback with its record, as callers receive it. */
export type CallbackView = z.infer<typeof callback>;

/** The result of a request. */
export interface PlacedCallback {
  callback: CallbackView;
  /** The number already had this open callback on the line, so no second callback was stored. */
  alreadyOpen?: boolean;
  /** No phone rang for this request, because the request repeats an earlier request. */
  replayed: boolean;
}
