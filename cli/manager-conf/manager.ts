import {
  ADDITIONS,
  access,
  includingFile,
  isOpen,
  MADE_BY,
  type WantedConfiguration,
} from './wanted-configuration.ts';

const CLASSES = { control: 'originate,call,reporting', plain: 'originate' };

/** The events that an outcome needs. */
export const EVENT_FILTER =
  'Event: (OriginateResponse|Newchannel|Newstate|DialBegin|DialState|DialEnd|LocalBridge|HangupRequest|SoftHangupRequest|Hangup)';

const OPEN = `
; EVERY address may try to log in, because functions outside a VPC have no fixed address. Only the secret protects the PBX.
; A VPC with a NAT gateway, and permit = its address, is better.`;

/** Returns the addition to manager.conf: AJAM, and one user with few privileges. */
export function managerConf(wanted: WantedConfiguration): string {
  const { user, secret, control, amiPort, freepbx } = wanted;
  return `${MADE_BY} It adds to ${includingFile('manager', wanted)}, which includes it:
;   #include ${ADDITIONS.manager}
; Then: asterisk -rx "manager reload"

; "(+)" adds to your [general]. Without it, Asterisk would ignore this second [general]. If you have no [general], write an
; empty one above the #include.
[general](+)
; AJAM needs both.
enabled = yes
webenabled = yes
${freepbx ? '' : localAmi(amiPort)}; How many seconds a session lives after its last request. Functions use a session again within 45 seconds.
httptimeout = 60

[${user}]
secret = ${secret}
; Only these addresses may log in. Other addresses get the same reply as a wrong secret.${isOpen(wanted) ? OPEN : ''}
${access(wanted)}
; Functions run at the same time, and each of them logs in.
allowmultiplelogin = yes
; Write no blanks in these lists: Asterisk stops reading at the first one. Write no empty items: they mean everything.
; read: the outcome of calls. This class has the events of all calls. The filter passes only the kinds that are needed.
read = call
eventfilter = ${EVENT_FILTER}
; write: ${control ? 'place calls; status, hang-up and digits of live calls' : 'place calls, and nothing else. --control adds status, hang-up and digits'}.
; Never add system, command, config, agi or all: they run programs and write the configuration.
write = ${control ? CLASSES.control : CLASSES.plain}
`;
}

const localAmi = (
  port: number,
): string => `; AMI over TCP only on this machine, because it has no TLS. If another program logs in from elsewhere, remove these two lines.
bindaddr = 127.0.0.1
port = ${port}
`;
