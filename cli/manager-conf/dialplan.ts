import { heading, type WantedConfiguration } from './wanted-configuration.ts';

/** Returns the addition to extensions.conf: a context for callbacks only. */
export const dialplan = (
  wanted: WantedConfiguration,
): string => `${heading('extensions', wanted, 'asterisk -rx "dialplan reload"')}

; When the first phone has answered, the callback enters this context with a number that the route allows. The context has no
; internal numbers and no short numbers. It includes no other context.
[${wanted.context}]
${wanted.freepbx ? throughFreepbx : throughTrunk(wanted.trunk)}`;

const throughTrunk = (
  trunk: string,
): string => `; The number begins with "+" and the country code, because the route has "dialAs": "{e164}".
exten => _+XXXXX!,1,NoOp(Callback from \${CALLERID(num)})
; Add the lines that your trunk needs, such as a caller id: same => n,Set(CALLERID(num)=+74951234567)
 same => n,Dial(PJSIP/\${EXTEN}@${trunk},60)
 same => n,Hangup(\${HANGUPCAUSE})
`;

const throughFreepbx = `; The outbound routes of FreePBX place the call. Set "dialAs" in the settings to the form of numbers that these outbound routes
; expect, such as "{digits}" or "0{national}".
exten => _[+0-9]XXXXX!,1,NoOp(Callback from \${CALLERID(num)})
 same => n,Goto(from-internal,\${EXTEN},1)
`;
