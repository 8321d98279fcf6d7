import type { ProblemCode } from './problem-codes.ts';

export interface ProblemText {
  /** When a caller receives the problem. */
  meaning: string;
  /** What the caller or the owner of the settings can do. */
  action: string;
}

/**
 * The descriptions of all problems, in Markdown. `GET /problems/{code}` serves them. docs/problems.md has the same texts, which a
 * test checks. Loaded on demand, because requests that place callbacks do not need them.
 */
export const PROBLEM_TEXTS: Readonly<Record<ProblemCode, ProblemText>> = {
  'request-malformed': {
    meaning:
      'The body, the query or a header cannot be read. Examples: invalid JSON, invalid percent-encoding, invalid UTF-8, a repeated field, an invalid `Idempotency-Key`',
    action: 'Correct the client. `detail` names the mistake',
  },
  'request-invalid': {
    meaning:
      'Fields are missing, unknown, too long, of the wrong type, or contain control characters. Or the time of a webhook event is in the future',
    action: 'Correct the fields that `errors` names',
  },
  'agent-missing': {
    meaning: 'The request names no agent, and the route has none',
    action: 'Send `agent` (in a link: `cid`), or set `agent` of the route',
  },
  'variable-invalid': {
    meaning: 'A channel variable is too long, or the request has too many variables',
    action: 'Send fewer or shorter variables',
  },
  'credentials-missing': {
    meaning: 'The request has no credentials, or the settings have no key',
    action: 'Send `Authorization: Bearer <keyId>.<secret>`, or use a signed link',
  },
  'credentials-invalid': {
    meaning:
      'The key id or the secret is wrong. Or the request has two kinds of credentials. Or this key must not be in a URL. Or a signed link was changed, or is used for another method or path',
    action: 'Check the key id and the secret, or create the link again',
  },
  'source-not-allowed': {
    meaning: 'The key is right, but the request comes from a network that the key does not allow',
    action: 'Add the network to `from` of the key',
  },
  'scope-missing': {
    meaning: 'The key is right, but its `scopes` do not allow this request',
    action: 'Use another key, or add the scope that `detail` names to the key',
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
      'The number exists, but the route does not call it. Examples: another country, a denied prefix, a premium, satellite, short or emergency number',
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
    meaning:
      'The URL has the form of the old `callback.php`. The route does not list the `c` (context) or the `p` (priority) of this URL',
    action: 'List the value in `classic` of the route',
  },
  'outside-hours': {
    meaning: 'The route is closed now. `detail` names the next opening',
    action: 'Send the request when the route is open, or change `hours` of the route',
  },
  'do-not-call': {
    meaning: 'The number is on the do-not-call list. Nothing rang',
    action: 'Do not call this number. The owner of the settings can remove the number from the list',
  },
  'not-found': { meaning: 'This address does not exist', action: 'See `/openapi.json` for all addresses' },
  'route-unknown': {
    meaning: 'The settings have no route with this name',
    action: 'Correct `route` of the request, or add `routes/<name>` to the settings',
  },
  'callback-not-found': {
    meaning:
      'No callback has this id, or the record has expired, or the key may not use the route of the callback',
    action: 'Check the id and the key. By default, records are kept for 30 days',
  },
  'method-not-allowed': {
    meaning: 'The address exists, but does not accept this method',
    action: 'Use a method that the header `Allow` lists',
  },
  'callback-ended': {
    meaning: 'A `DELETE` or digits arrived after the end of the call. `callback` is the record',
    action: 'Do nothing. The call is over',
  },
  'call-not-connected': {
    meaning:
      'Digits arrived before both parties had answered. Or the channel of the customer is unknown, for example in an IVR or after a transfer',
    action: 'Send the digits when `legs.second.status` is `answered`',
  },
  'idempotency-key-reused': {
    meaning: 'An earlier request with other content had the same `Idempotency-Key`',
    action: 'Send a new key with each new request',
  },
  'link-expired': { meaning: 'The signed link has expired', action: 'Create a new link' },
  'event-too-old': {
    meaning: 'A webhook event is older than `maxAgeSeconds`, or its time cannot be read',
    action:
      'Do nothing if the event was late. Otherwise check the clock of the sender, or increase `maxAgeSeconds`',
  },
  'body-too-large': {
    meaning: 'The body is larger than 32 KB, or larger than 256 KB for a webhook',
    action: 'Send a smaller body',
  },
  'content-type-unsupported': {
    meaning: 'The body is neither JSON nor a form, or the body is compressed',
    action: 'Send `Content-Type: application/json`, and do not compress the body',
  },
  'number-invalid': {
    meaning: 'No numbering plan has this number',
    action: 'Check the digits. Write the number with `+`, or set `country` of the route',
  },
  'time-invalid': {
    meaning:
      '`at` is more than a minute ago or more than 30 days ahead. Or the request has `at` and `delaySeconds`. Or `expiresAt` is not after the time at which the callback is due',
    action: 'Correct the field that `errors` names. To call at once, leave `at` out',
  },
  'line-required': {
    meaning: 'The request has `at`, `delaySeconds`, `expiresAt` or `priority`, but the route has no line',
    action: 'Leave the field out, or use a route with a `line`',
  },
  'map-failed': {
    meaning:
      'An expression in `map` of the webhook failed for this event, or took too long. `errors` names the expression',
    action: 'Try the expression with the event at try.jsonata.org',
  },
  'pbx-refused': {
    meaning: 'Asterisk refused the Originate. `asterisk.message` has the reason',
    action: 'Check that the context and the extension exist. Correct the dialplan, or `dialAs` of the route',
  },
  'event-undated': {
    meaning:
      'Placing the callback failed, and the event has no time. HubSpot repeats an event for days after a 5xx. Without a time, nobody sees that a repeat is old. So this response is a 4xx, and HubSpot does not repeat the event',
    action:
      'See `detail`. If the sender or `map.time` gives each event a time, the response to such a failure is a 5xx, and the sender may repeat the event',
  },
  'limit-reached': {
    meaning: 'One more callback would exceed the limit that `limit` names. Nothing rang',
    action: 'Send the request again after `Retry-After`, or ask the owner of the settings for a higher limit',
  },
  'internal-error': {
    meaning: 'An unexpected error in this service',
    action: 'Search the log for the `instance`',
  },
  'route-invalid': {
    meaning: 'The settings of the route cannot be used',
    action: 'Correct the route in the settings. The log says what is wrong',
  },
  'line-unknown': {
    meaning: 'The route names a `line` that the settings lack',
    action: 'Add `lines/<name>` to the settings, or correct `line` of the route',
  },
  'settings-invalid': {
    meaning: 'The settings have errors, or the function may not read them',
    action: 'Search the log for the `instance`. The log names each wrong parameter',
  },
  'pbx-login-refused': {
    meaning: 'Asterisk refused the login. Nothing was sent',
    action: 'Check `pbx/<name>/username`, `pbx/<name>/secret`, and `permit` in `manager.conf`',
  },
  'pbx-permission': {
    meaning:
      'The AMI user lacks a privilege. If the problem has a `callback`, Asterisk accepted the Originate',
    action:
      'Give the AMI user `read=call` and `write=originate`. Status, hang-up and digits need `write=originate,call,reporting`',
  },
  'pbx-not-ajam': {
    meaning: 'The server at the URL of the PBX does not speak AJAM',
    action: 'Check `pbx/<name>/url`, and `webenabled` in `manager.conf`',
  },
  'pbx-unreachable': {
    meaning:
      'No PBX of the route could be reached, and nothing was sent. Or the request is a repeat, and the first request has not reached a PBX yet',
    action: 'Send the request again. The log has the reason',
  },
  'store-unreachable': {
    meaning: 'The request needs the store, but the store could not be reached. Nothing rang',
    action: 'Send the request again. If it fails again, check the log and the table',
  },
  'settings-unreachable': {
    meaning: 'Parameter Store could not be read. Nothing was sent',
    action: 'Send the request again. If it fails again, check the log and the role of the function',
  },
  'pbx-no-answer': {
    meaning:
      'The function sent a hang-up or digits to the PBX. The reply of the PBX is missing or incomplete',
    action: 'Read the status with `GET /callbacks/{id}`',
  },
  'outcome-unknown': {
    meaning:
      'The Originate was sent, but no reply arrived, so a phone may be ringing. On a route with a line, the callback may be stored, and its phones may ring later',
    action:
      'Do not send the request again. Read the status with `GET /callbacks/{id}` and the `id` of `callback`',
  },
};
