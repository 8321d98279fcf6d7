import { PROBLEMS, type ProblemCode } from '../../calls/problems.ts';

const OF_OTHER_DOORS: readonly ProblemCode[] = [
  'call-not-connected',
  'callback-not-found',
  'event-too-old',
  'event-undated',
  'map-failed',
  'not-found',
  'origin-not-allowed',
];

/** What who places a callback may be told. */
export const CALLBACK_PROBLEMS = (Object.keys(PROBLEMS) as ProblemCode[]).filter(
  (code) => !OF_OTHER_DOORS.includes(code),
);

/** One response per HTTP status, which names the types of problem that come with it. */
export function problemResponses(codes: readonly ProblemCode[]): Record<string, object> {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  const responses = [...byStatus].map(([status, told]) => [String(status), problemResponse(status, told)]);
  return Object.fromEntries(responses);
}

const problemResponse = (status: number, codes: readonly ProblemCode[]) => ({
  description: codes.map((code) => `\`/problems/${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
  ...(headersOf(status) && { headers: headersOf(status) }),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          {
            properties: {
              code: { enum: codes },
              status: { const: status },
            },
          },
        ],
      },
    },
  },
});

const text = { type: 'string' };

function headersOf(status: number): Record<string, object> | undefined {
  switch (status) {
    case 401:
      return { 'WWW-Authenticate': { schema: text } };
    case 405:
      return { Allow: { schema: text } };
    case 503:
      return { 'Retry-After': { description: 'Seconds', schema: text } };
    default:
      return undefined;
  }
}

export const problemSchema = {
  type: 'object',
  description: 'RFC 9457',
  properties: {
    type: { type: 'string', description: 'Address of the description of the problem' },
    code: { type: 'string', description: 'Stable: programs go by it' },
    title: text,
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What to do, for people' },
    instance: { type: 'string', description: 'The id under which it was logged' },
    retryable: {
      type: 'boolean',
      description: 'Whether the very same request may be sent again: nothing rang',
    },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { field: text, message: text }, required: ['field', 'message'] },
    },
    asterisk: { type: 'object', properties: { message: text }, required: ['message'] },
    callback: { $ref: '#/components/schemas/Callback' },
  },
  required: ['type', 'code', 'title', 'status', 'detail', 'instance', 'retryable'],
};
