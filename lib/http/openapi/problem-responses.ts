import { PROBLEMS, type ProblemCode } from '../../problems/problem-codes.ts';
import { ref } from './component-schemas.ts';

const OTHER_ENDPOINTS: readonly ProblemCode[] = [
  'call-not-connected',
  'callback-ended',
  'callback-not-found',
  'event-too-old',
  'event-undated',
  'map-failed',
  'not-found',
  'origin-not-allowed',
];

/** The problems of every request. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = ['method-not-allowed', 'internal-error'];

/** More problems of a request with credentials. */
export const AUTHORIZED_PROBLEMS: readonly ProblemCode[] = [
  'request-malformed',
  'credentials-missing',
  'credentials-invalid',
  'source-not-allowed',
  'scope-missing',
  'link-expired',
  'settings-invalid',
  'store-unreachable',
  'settings-unreachable',
];

/** The problems of a request with a body. */
export const BODY_PROBLEMS: readonly ProblemCode[] = ['body-too-large', 'content-type-unsupported'];

/** The problems of a request that places a callback. */
export const CALLBACK_PROBLEMS = (Object.keys(PROBLEMS) as ProblemCode[]).filter(
  (code) => !OTHER_ENDPOINTS.includes(code),
);

/** Returns one response for each HTTP status. The response names the problems with that status. */
export function problemResponses(codes: readonly ProblemCode[]): Record<string, object> {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries([...byStatus].map(([status, those]) => [status, problemResponse(status, those)]));
}

const text = { type: 'string' };
const retryAfter = { 'Retry-After': { description: 'Seconds', schema: text } };
const HEADERS: Readonly<Record<number, object>> = {
  401: { 'WWW-Authenticate': { description: 'How to authenticate', schema: text } },
  405: { Allow: { description: 'The methods of this address', schema: text } },
  429: retryAfter,
  503: retryAfter,
};

const problemResponse = (status: number, codes: readonly ProblemCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
  ...(HEADERS[status] && { headers: HEADERS[status] }),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          ref('Problem'),
          {
            type: 'object',
            properties: {
              code: { type: 'string', enum: codes },
              status: { type: 'integer', const: status },
            },
          },
        ],
      },
    },
  },
});
