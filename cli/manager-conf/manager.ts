import {
  ADDITIONS,
  access,
  includingFile,
  isOpen,
  MADE_BY,
  type WantedConfiguration,
} from './wanted-configuration.ts';

const CLASSES = { control: 'originate,call,reporting', plain: 'originate' };

/** The events that an outcome is made of. */
export const EVENT_FILTER =
  'Event: (OriginateResponse|Newchannel|Newstate|DialBegin|DialState|DialEnd|LocalBridge|HangupRequest|SoftHangupRequest|Hangup)';

const OPEN = `
; EVERY address may try to log in, because functions outside a VPC have no fixed one. Only the secret protects the PBX.
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
${freepbx ? '' : localAmi(amiPort)}; How many seconds a session lives after its last request. Functions come back to theirs within 45.
httptimeout = 60

[${user}]
secret = ${secret}
; Only these addresses may log in. Asterisk refuses others as it refuses a wrong secret.${isOpen(wanted) ? OPEN : ''}
${access(wanted)}
; Functions run side by side, and each logs in.
allowmultiplelogin = yes
; No blanks in these lists: Asterisk stops reading at the first. No empty items: Asterisk reads them as everything.
; read: the outcome of calls. This class has the events of all calls; the filter passes only the kinds that are needed.
read = call
eventfilter = ${EVENT_FILTER}
; write: ${control ? 'place calls; status, hang-up and digits of live calls' : 'place calls, and nothing else. --control adds status, hang-up and digits'}.
; Never add system, command, config, agi or all: they run programs and write the configuration.
write = ${control ? CLASSES.control : CLASSES.plain}
`;
}

const localAmi = (
  port: number,
): string => `; AMI over TCP only on this machine: it has no TLS. If another program of yours logs in from elsewhere, remove these two lines.
bindaddr = 127.0.0.1
port = ${port}
`;
