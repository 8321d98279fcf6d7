const text = { type: 'string' };
const seconds = { type: 'number', minimum: 0 };

const leg = {
  type: 'object',
  properties: {
    party: { enum: ['agent', 'customer'] },
    status: { enum: ['waiting', 'ringing', 'answered', 'busy', 'no-answer', 'failed', 'canceled'] },
    reason: { enum: ['rejected', 'unreachable', 'congestion', 'other'], description: 'Comes with `failed`' },
    channel: text,
    cause: { type: 'integer', description: 'Q.850 hangup cause' },
    causeText: text,
    ringSeconds: seconds,
    talkSeconds: seconds,
  },
  required: ['party', 'status'],
};

const asterisk = {
  type: 'object',
  description: 'What Asterisk itself said',
  properties: {
    originate: { type: 'object', properties: { response: text, message: text }, required: ['response'] },
    response: text,
    message: text,
    actionId: text,
    event: {
      type: 'object',
      description: 'The OriginateResponse, once seen',
      additionalProperties: { oneOf: [text, { type: 'array', items: text }] },
    },
  },
  required: ['actionId'],
};

const callback = {
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^cb_[0-9a-f]{32}$' },
    status: {
      enum: [
        ...['queued', 'ringing', 'in-progress'],
        ...['completed', 'busy', 'no-answer', 'failed', 'canceled', 'unknown'],
      ],
    },
    route: text,
    pbx: text,
    agent: text,
    to: { type: 'string', description: 'E.164, but for internal numbers' },
    legs: {
      type: 'object',
      properties: {
        first: { $ref: '#/components/schemas/Leg' },
        second: { $ref: '#/components/schemas/Leg' },
      },
      required: ['first', 'second'],
    },
    asterisk: { $ref: '#/components/schemas/AsteriskAnswer' },
    waitEnded: { enum: ['timeout'] },
    dtmf: {
      enum: ['sent', 'partly-sent', 'not-sent'],
      description: 'Whether the digits of the request were sent',
    },
    metadata: { type: 'object', additionalProperties: text },
  },
  required: ['id', 'status', 'route', 'pbx', 'agent', 'to', 'legs', 'asterisk', 'metadata'],
};

export const callbackSchemas = { Callback: callback, Leg: leg, AsteriskAnswer: asterisk };
