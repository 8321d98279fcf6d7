interface ProblemKind {
  status: number;
  title: string;
  /** True if no phone can have rung and the same request may succeed later. */
  retryable: boolean;
}

/** Every error that a caller can receive, by its stable code. docs/problems.md is checked against this table. */
export const PROBLEMS = {
  'request-malformed': { status: 400, title: 'The request cannot be read', retryable: false },
  'request-invalid': { status: 400, title: 'The request has wrong or missing fields', retryable: false },
  'agent-missing': { status: 400, title: 'The request names no agent', retryable: false },
  'variable-invalid': { status: 400, title: 'A variable cannot be sent to Asterisk', retryable: false },
  'credentials-missing': { status: 401, title: 'Credentials are needed', retryable: false },
  'credentials-invalid': { status: 401, title: 'The credentials are wrong', retryable: false },
  'source-not-allowed': { status: 403, title: 'The key may not be used from this network', retryable: false },
  'scope-missing': {
    status: 403,
    title: 'The scopes of the key do not allow this request',
    retryable: false,
  },
  'route-not-allowed': { status: 403, title: 'The key may not use this route', retryable: false },
  'agent-not-allowed': { status: 403, title: 'The route does not allow this agent', retryable: false },
  'destination-not-allowed': {
    status: 403,
    title: 'The route does not allow this destination',
    retryable: false,
  },
  'caller-id-not-allowed': {
    status: 403,
    title: 'The route does not allow this caller id',
    retryable: false,
  },
  'variable-not-allowed': { status: 403, title: 'The route does not allow this variable', retryable: false },
  'classic-not-allowed': {
    status: 403,
    title: 'The route does not allow the c (context) or p (priority) of this URL',
    retryable: false,
  },
  'origin-not-allowed': { status: 403, title: 'No key lists the origin of the page', retryable: false },
  'do-not-call': { status: 403, title: 'The number is on the do-not-call list', retryable: false },
  'outside-hours': { status: 403, title: 'The route is closed now', retryable: false },
  'not-found': { status: 404, title: 'This address does not exist', retryable: false },
  'route-unknown': { status: 404, title: 'The route does not exist', retryable: false },
  'callback-not-found': { status: 404, title: 'The callback does not exist', retryable: false },
  'method-not-allowed': { status: 405, title: 'This address does not accept the method', retryable: false },
  'callback-ended': { status: 409, title: 'The callback has ended', retryable: false },
  'call-not-connected': { status: 409, title: 'At least one party has not answered', retryable: false },
  'idempotency-key-reused': {
    status: 409,
    title: 'The Idempotency-Key belongs to another request',
    retryable: false,
  },
  'link-expired': { status: 410, title: 'The link has expired', retryable: false },
  'event-too-old': { status: 410, title: 'The event is too old', retryable: false },
  'body-too-large': { status: 413, title: 'The body is too large', retryable: false },
  'content-type-unsupported': { status: 415, title: 'The body is neither JSON nor a form', retryable: false },
  'number-invalid': { status: 422, title: 'The number is not valid', retryable: false },
  'time-invalid': { status: 422, title: 'The callback cannot wait for this time', retryable: false },
  'line-required': { status: 422, title: 'The route has no line to wait in', retryable: false },
  'map-failed': { status: 422, title: 'The event cannot be mapped to a call', retryable: false },
  'pbx-refused': { status: 422, title: 'Asterisk refused the Originate', retryable: false },
  'event-undated': {
    status: 424,
    title: 'Placing the callback failed, and the event has no time',
    retryable: false,
  },
  'limit-reached': { status: 429, title: 'A limit is reached', retryable: true },
  'route-invalid': { status: 500, title: 'The route cannot be used', retryable: false },
  'line-unknown': { status: 500, title: 'The settings lack the line of the route', retryable: false },
  'internal-error': { status: 500, title: 'An unexpected error', retryable: false },
  'settings-invalid': { status: 500, title: 'The settings have errors', retryable: false },
  'pbx-login-refused': { status: 502, title: 'Asterisk refused the login', retryable: false },
  'pbx-permission': { status: 502, title: 'The AMI user lacks a privilege', retryable: false },
  'pbx-not-ajam': { status: 502, title: 'The reply of the PBX is not an AJAM reply', retryable: false },
  'pbx-unreachable': {
    status: 503,
    title: 'The PBX cannot be reached, and nothing was sent',
    retryable: true,
  },
  'store-unreachable': { status: 503, title: 'The store cannot be reached, nothing rang', retryable: true },
  'settings-unreachable': { status: 503, title: 'The settings cannot be read', retryable: true },
  'pbx-no-answer': {
    status: 504,
    title: 'The PBX did not answer',
    retryable: false,
  },
  'outcome-unknown': { status: 504, title: 'It is unknown whether a phone rings', retryable: false },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface FieldProblem {
  field: string;
  message: string;
}
