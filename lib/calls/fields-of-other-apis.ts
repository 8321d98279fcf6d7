/** Fields of other call APIs, of AMI and of the classic script, and the part of this API that replaces them. */
const PLACES: readonly [names: readonly string[], place: string][] = [
  [
    ['num', 'phone', 'phonenumber', 'number', 'destination', 'dst', 'customer', 'called'],
    'The number to call is `to`',
  ],
  [
    ['cid', 'extension', 'exten', 'ext', 'operator', 'user', 'src', 'caller'],
    'The extension that rings first is `agent`',
  ],
  [['from'], 'The extension that rings first is `agent`. The number that the customer sees is `callerId`'],
  [['callerid', 'clid', 'cli', 'fromnumber'], 'The number that the customer sees is `callerId`'],
  [['timeout', 'ringtimeout', 'timelimit'], 'How long the first phone rings is `timeoutSeconds`'],
  [
    ['when', 'sendat', 'scheduledat', 'scheduledtime', 'starttime', 'startat', 'dueat', 'calltime', 'date'],
    'The time of the call is `at`, such as "2026-12-01T09:00:00+01:00"',
  ],
  [['delay', 'delayinseconds'], 'A delay before the call is `delaySeconds`'],
  [['ttl', 'expires', 'expiry', 'validuntil', 'validityperiod'], 'The end of the waiting is `expiresAt`'],
  [
    ['maxretries', 'retries', 'retry', 'retrytime', 'attempts', 'maxattempts'],
    'The route of the settings sets how often and after what time a callback is tried again, with `retry`',
  ],
  [['digits', 'senddigits'], 'Digits after the answer are `dtmf`'],
  [['data', 'tags', 'customdata', 'custom'], 'Data that comes back unchanged is `metadata`'],
  [
    ['channel', 'context', 'application', 'endpoint', 'trunk'],
    'The route of the settings sets channel and context. A request chooses among routes with `route`',
  ],
  [['variable', 'vars', 'setvar', 'channelvars'], 'Channel variables are `variables`, an object of strings'],
  [
    ['record', 'recording', 'recordcall', 'mixmonitor'],
    'Asterisk records a call in the dialplan, with MixMonitor in the context of the route',
  ],
  [
    ['say', 'text', 'message', 'play', 'playback', 'announce', 'twiml', 'url', 'answerurl', 'ncco'],
    'Asterisk plays announcements in the dialplan, with Playback in the context of the route',
  ],
  [
    ['machinedetection', 'amd', 'detectmachine'],
    'Asterisk detects answering machines in the dialplan, with AMD in the context of the route',
  ],
  [['codecs', 'codec'], 'The endpoints of Asterisk set their codecs'],
  [
    ['account', 'accountcode'],
    'Set the account code in the dialplan of the route, with CHANNEL(accountcode)',
  ],
  [
    ['statuscallback', 'statuscallbackurl', 'callbackurl', 'webhook', 'webhookurl', 'eventurl', 'notifyurl'],
    'The outcome is not sent to an address of the request. Send `wait`, or ask GET /callbacks/{id}',
  ],
  [['idempotencykey', 'requestid', 'clienttoken'], 'The key against repeats is the header Idempotency-Key'],
  [
    ['key', 'token', 'apikey', 'secret', 'password', 'auth'],
    'Credentials belong in the header Authorization',
  ],
];

const PLACE_OF = new Map(PLACES.flatMap(([names, place]) => names.map((name) => [name, place] as const)));

/** Returns which part of this API replaces a field of another API. `StatusCallback` and `status_callback` are equal. */
export const placeOfOtherField = (field: string): string | undefined =>
  PLACE_OF.get(field.slice(0, 64).toLowerCase().replace(/[_-]/g, ''));
