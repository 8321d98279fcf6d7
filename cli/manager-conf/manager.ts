import { access, isOpen, type Wish } from './wish.ts';

const CLASSES = { control: 'originate,call,reporting', plain: 'originate' };

/** The kinds of events that an outcome is made of, and no others. */
export const EVENT_FILTER =
  'Event: (OriginateResponse|Newchannel|Newstate|DialBegin|DialState|DialEnd|LocalBridge|HangupRequest|SoftHangupRequest|Hangup)';

const OPEN = `
; EVERY address may try to log in, as functions outside a VPC have no fixed one: the secret is all that keeps others out.
; A VPC with a NAT gateway, and permit = its address, is better.`;

/** manager.conf: AMI itself for this machine alone, AJAM, and one user who may do little. */
export function managerConf(wish: Wish): string {
  const { user, secret, control, amiPort } = wish;
  return `; If you have one already: keep your [general], see that it has enabled and webenabled, and append only [${user}];
; on FreePBX, to manager_custom.conf.
; Then: asterisk -rx "manager reload"

[general]
; AJAM needs both.
enabled = yes
webenabled = yes
; AMI over TCP stays on this machine: it has no TLS here, and nobody else needs it.
bindaddr = 127.0.0.1
port = ${amiPort}
; How many seconds a session outlives its last request: functions come back to theirs within 45.
httptimeout = 60

[${user}]
secret = ${secret}
; Only these addresses may log in. Asterisk answers others as it answers a wrong secret.${isOpen(wish) ? OPEN : ''}
${access(wish)}
; Functions run side by side, and each logs in.
allowmultiplelogin = yes
; No blanks in these lists: Asterisk stops reading at the first. No empty items: they stand for everything.
; read: to learn what became of a call. The events of all calls are of this class; the filter lets those kinds through that
; tell it, and no others.
read = call
eventfilter = ${EVENT_FILTER}
; write: ${control ? 'to place calls; to see, end and send digits to live ones' : 'to place calls, and nothing else; --control adds status, hang-up and digits'}.
; Never system, command, config, agi or all: they run programs and rewrite the configuration.
write = ${control ? CLASSES.control : CLASSES.plain}
`;
}
