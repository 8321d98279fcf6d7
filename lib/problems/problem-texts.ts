import type { ProblemCode } from './problems.ts';

export interface ProblemText {
  /** When a caller receives the problem. */
  meaning: string;
  /** What the caller, or the owner of the settings, can do. */
  action: string;
}

/**
 * The page of every problem, in Markdown. `GET /problems/{code}` serves it, and docs/problems.md is checked against it.
 * Loaded on demand: no request that places a callback needs it.
 */
export const PROBLEM_TEXTS: Readonly<Record<ProblemCode, ProblemText>> = {
  'request-malformed': {
    meaning:
      'The body, the query or a header cannot be read: invalid JSON, invalid percent-encoding, a field twice, invalid UTF-8, an invalid `Idempotency-Key`',
    action: 'Correct the client. `detail` names the place',
  },
  'request-invalid': {
    meaning:
      'Fields are missing, unknown, of the wrong type, too long, or hold control characters. Or the time of a webhook event is in the future',
    action: 'Correct the fields that `errors` names',
  },
  'agent-missing': {
    meaning: 'The request names no agent, and the route sets none',
    action: 'Send `agent` (`cid` in classic URLs), or set `agent` of the route',
  },
  'variable-invalid': {
    meaning: 'A channel variable is too long, or there are too many',
    action: 'Send fewer or shorter variables',
  },
  'credentials-missing': {
    meaning: 'The request carries no credentials, or the settings have no key yet',
    action: 'Send `Authorization: Bearer <keyId>.<secret>`, or use a signed link',
  },
  'credentials-invalid': {
    meaning:
      'The credentials are wrong or malformed, there are two kinds of them, or the key may not be in a URL. A signed link was changed, or is for another method or path',
    action: 'Check key id and secret, or create the link again',
  },
  'source-not-allowed': {
    meaning: 'The key is right, but may not be used from this network',
    action: 'Add the network to `from` of the key',
  },
  'scope-missing': {
    meaning: 'The key is right, but its `scopes` do not allow this',
    action: 'Use another key, or add the scope that `detail` names to `scopes` of the key',
  },
  'origin-not-allowed': {
    meaning: 'A web page sent the request, and no key lists the origin of the page',
    action: 'List the origin in `origins` of the key that the page uses',
  },
  'route-not-allowed': {
    meaning: 'The key may not use this route',
    action: 'Use another route, or add the route to `routes` of the key',
  },
  'agent-not-allowed': {
    meaning: 'The route does not ring this extension',
    action: 'Use an extension that matches `agents` of the route',
  },
  'destination-not-allowed': {
    meaning:
      'The number exists, but the route does not call it: another country, denied, premium, satellite, short or emergency',
    action: 'Call another number, or change `to` of the route',
  },
  'caller-id-not-allowed': {
    meaning: 'The route does not allow this caller id',
    action: 'Use a caller id that matches `callerIds` of the route',
  },
  'variable-not-allowed': {
    meaning: 'The route does not list this channel variable',
    action: 'List the name in `variables` of the route',
  },
  'classic-not-allowed': {
    meaning: 'The route does not accept this `c` or `p` of a classic URL',
    action: 'List the value in `classic` of the route',
  },
  'outside-hours': {
    meaning: 'The route is closed now. `detail` names the next opening',
    action: 'Send the request when the route is open, or change `hours` of the route',
  },
  'do-not-call': {
    meaning: 'The number is on the do-not-call list. Nothing rang',
    action: 'Do not call this number. The owner can take it off the list',
  },
  'not-found': { meaning: 'This address does not exist', action: 'See `/openapi.json`' },
  'route-unknown': {
    meaning: 'The settings have no route with this name',
    action: 'Correct `route` of the request, or add `routes/<name>` to the settings',
  },
  'callback-not-found': {
    meaning: 'No callback has this id, or its record has expired, or the key may not use its route',
    action: 'Check the id and the key. Records are kept 30 days unless the owner set another time',
  },
  'method-not-allowed': {
    meaning: 'The address exists, but not for this method',
    action: 'Use a method of the header `Allow`',
  },
  'callback-ended': {
    meaning: 'A `DELETE` or digits came for a call that ended by itself. `callback` is its record',
    action: 'Do nothing. The call is over',
  },
  'call-not-connected': {
    meaning:
      'Digits were sent to a call in which at least one party has not answered, or the channel of the customer is unknown (an IVR, a transfer)',
    action: 'Send the digits when `legs.second.status` is `answered`',
  },
  'idempotency-key-reused': {
    meaning: 'An earlier request with other content had the same `Idempotency-Key`',
    action: 'Send a new key with each new request',
  },
  'link-expired': { meaning: 'The signed link was valid and has expired', action: 'Create a new link' },
  'event-too-old': {
    meaning: 'A webhook event happened longer ago than `maxAgeSeconds`, or its time cannot be read',
    action: 'If the event was not late, check the clock of the sender, or increase `maxAgeSeconds`',
  },
  'body-too-large': {
    meaning: 'The body is larger than 32 KB, or larger than 256 KB for a webhook',
    action: 'Send a smaller body',
  },
  'content-type-unsupported': {
    meaning: 'The body is neither JSON nor a form, or it is compressed',
    action: 'Send `Content-Type: application/json`',
  },
  'number-invalid': {
    meaning: 'The number is not valid in any numbering plan',
    action: 'Check its digits. Write it with `+`, or give the route a `country`',
  },
  'time-invalid': {
    meaning:
      '`at` is more than a minute ago or more than 30 days ahead, `at` and `delaySeconds` come together, or `expiresAt` is not after the time at which the callback is due',
    action: 'Correct the field that `errors` names. To call at once, leave `at` out',
  },
  'line-required': {
    meaning: 'The request has `at`, `delaySeconds`, `expiresAt` or `priority`, and its route has no line',
    action: 'Leave the field out, or use a route with a `line`',
  },
  'map-failed': {
    meaning:
      'An expression in `map` of the webhook does not fit the event, or takes too long. `errors` names it',
    action: 'Try the expression with the event at try.jsonata.org',
  },
  'pbx-refused': {
    meaning: 'Asterisk refused the Originate. `asterisk.message` has the reason',
    action:
      'Most often the context or the extension does not exist. Correct the dialplan, or `dialAs` of the route',
  },
  'event-undated': {
    meaning:
      'HubSpot repeats an event for days. This callback could not be placed, and the event has no time, so a repeat could ring too late',
    action:
      'See `detail`. Let the sender or `map.time` give events a time: then the answer is a 5xx, and the sender may repeat the event',
  },
  'limit-reached': {
    meaning: 'One more callback would exceed the limit that `limit` names. Nothing rang',
    action: 'Send the request again after `Retry-After`, or let the owner raise the limit',
  },
  'internal-error': {
    meaning: 'An unexpected error in this service',
    action: 'Search the log for the `instance`',
  },
  'route-invalid': {
    meaning: 'The route cannot be used',
    action: 'Correct the route in the settings. The log says what is wrong',
  },
  'line-unknown': {
    meaning: 'The route names a `line` that is not in the settings',
    action: 'The owner adds `lines/NAME`, or changes `line` in the route',
  },
  'settings-invalid': {
    meaning: 'The settings have errors, or the function may not read them',
    action: 'Search the log for the `instance`: it names each parameter',
  },
  'pbx-login-refused': {
    meaning: 'Asterisk refused the login. Nothing was sent',
    action: 'Check `pbx/<name>/username` and `secret`, and `permit` in `manager.conf`',
  },
  'pbx-permission': {
    meaning:
      'The AMI user lacks a privilege. If the problem has a `callback`, Asterisk accepted the Originate',
    action:
      'Give the user `read=call` and `write=originate`. Status, hang-up and digits need `write=originate,call,reporting`',
  },
  'pbx-not-ajam': {
    meaning: 'The server at the URL of the PBX does not speak AJAM',
    action: 'Check `pbx/<name>/url`, and `webenabled` in `manager.conf`',
  },
  'pbx-unreachable': {
    meaning: 'No PBX of the route could be reached. Nothing was sent',
    action: 'Send the request again. The log has the reason',
  },
  'store-unreachable': {
    meaning: 'The store could not be reached, and the request is not safe without it. Nothing rang',
    action: 'Send the request again. If it fails again, see the log and the table',
  },
  'settings-unreachable': {
    meaning: 'Parameter Store could not be read. Nothing was sent',
    action: 'Send the request again. If it fails again, see the log and the role of the function',
  },
  'pbx-no-answer': {
    meaning:
      'The function asked the PBX to hang up a live call, or to send digits. The PBX sent no reply, or an incomplete one',
    action: 'Ask for the status with `GET /callbacks/{id}`',
  },
  'outcome-unknown': {
    meaning:
      'The Originate was sent, and no reply came back. The phone may be ringing. On a route with a line: the store did not answer, and the callback may be stored. Then its phones will ring',
    action: 'Do not send the request again. Ask for the `callback` by its `id`',
  },
};
