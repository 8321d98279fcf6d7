/** Stable codes; they become the `type` of a problem. */
export type RuleCode =
  /** 422: no numbering plan has such a number. */
  | 'number-invalid'
  /** 403: a number, but none that this route may call. */
  | 'destination-not-allowed'
  /** 403: an extension that this route does not ring. */
  | 'agent-not-allowed'
  /** 400: nobody said whose phone rings. */
  | 'agent-missing'
  /** 403: a caller id that this route does not show. */
  | 'caller-id-not-allowed'
  /** 403: a channel variable that the route does not list. */
  | 'variable-not-allowed'
  /** 400: a value that cannot be handed to Asterisk. */
  | 'variable-invalid'
  /** 403: `c` or `p` of a classic URL that the route does not list. */
  | 'classic-not-allowed'
  /** 403: the route is closed now; the message names the next opening. */
  | 'outside-hours'
  /** 500: the route itself cannot be carried out; its owner has to mend it. */
  | 'route-invalid';

/** A request that the route refuses. The message says what to do and never holds a whole phone number. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly code: RuleCode;
  /** The field of the request that is refused, such as `to` or `variables.CRM_ID`. */
  readonly field: string | undefined;

  constructor(code: RuleCode, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}
