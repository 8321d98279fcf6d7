import { access, GENERAL, heading, isOpen, type WantedConfiguration } from './wanted-configuration.ts';

/** The events from which the functions read the outcome of a call. */
export const EVENT_FILTER =
  'Event: (OriginateResponse|Newchannel|Newstate|DialBegin|DialState|DialEnd|LocalBridge|HangupRequest|SoftHangupRequest|Hangup)';

const CLOSED = '; Only these addresses may log in. Other addresses get the same reply as a wrong secret.';
const OPEN = `; EVERY address may try to log in, because functions outside a VPC have no fixed address. Only the secret protects the PBX.
; A safer way: put the functions into a VPC with a NAT gateway, and permit only the address of the gateway.`;

/** Returns the addition to manager.conf: AJAM, and a user with few privileges. */
export function managerConf(wanted: WantedConfiguration): string {
  const { user, secret, control, amiPort, freepbx } = wanted;
  return `${heading('manager', wanted, 'asterisk -rx "manager reload"')}

${GENERAL}
; AJAM needs these two lines.
enabled = yes
webenabled = yes
${freepbx ? '' : localAmi(amiPort)}; Asterisk ends a session after this number of seconds without a request. A function uses a session again only if its last request was less than 45 seconds ago.
httptimeout = 60

[${user}]
secret = ${secret}
${isOpen(wanted) ? OPEN : CLOSED}
${access(wanted)}
; Several functions can run at the same time, and each function logs in.
allowmultiplelogin = yes
; Write no blanks in the lists of read and write, because Asterisk stops reading at the first blank. Write no empty items,
; because an empty item permits everything.
; The functions read the outcome of a call from events. The class "call" has the events of all calls. eventfilter passes only
; the kinds of events that the functions need.
read = call
eventfilter = ${EVENT_FILTER}
; ${control ? CONTROL : PLACE_ONLY}
; Never add system, command, config, agi or all. With these classes a user can run programs and change the configuration.
write = ${control ? 'originate,call,reporting' : 'originate'}
`;
}

const CONTROL = 'The functions can place calls, read the status of live calls, hang them up and send digits.';
const PLACE_ONLY =
  'The functions can only place calls. For status, hang-up and digits, run manager-conf with --control.';

const localAmi = (
  port: number,
): string => `; AMI over TCP has no TLS, so only programs on this machine can connect. If a program on another machine needs AMI, remove
; these two lines.
bindaddr = 127.0.0.1
port = ${port}
`;
