const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

const strings = (description: string) => ({
  type: 'object',
  description,
  propertyNames: text(64),
  additionalProperties: { type: 'string', maxLength: 1024 },
  default: {},
});

/** The fields of a callback request. A test holds them against what is really accepted. */
export const requestProperties = {
  to: {
    ...text(64),
    description: 'The number to be called: E.164, or as people write it in the country of the route',
  },
  agent: {
    ...text(64),
    description: 'Whose phone rings first, an extension; needed unless the route fixes it',
  },
  route: { ...text(64), description: 'A route of the settings', default: 'default' },
  callerId: { ...text(64), description: 'What the second party sees; the route must allow it' },
  variables: strings('Channel variables; the route must list their names'),
  timeoutSeconds: {
    type: 'number',
    description: 'How long the first phone rings; by default as the route says',
    minimum: 5,
    maximum: 120,
  },
  dtmf: {
    type: 'string',
    description: 'Digits sent to the one who is called, after the answer; w is half a second',
    pattern: '^[0-9*#A-Dw]{1,32}$',
  },
  wait: {
    type: 'string',
    description: 'What the answer waits for',
    enum: ['accepted', 'answered', 'connected', 'completed'],
    default: 'accepted',
  },
  waitSeconds: {
    type: 'number',
    description: 'How long it waits at most; then it tells the status so far',
    minimum: 0,
    maximum: 900,
    default: 25,
  },
  metadata: { ...strings('At most 10 entries, given back unchanged'), maxProperties: 10 },
};

export const requestSchema = {
  type: 'object',
  description: 'Strings hold no control characters.',
  properties: requestProperties,
  required: ['to'],
  additionalProperties: false,
};
