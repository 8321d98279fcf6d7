import { ADDITIONS, includingFile, MADE_BY, type WantedConfiguration } from './wanted-configuration.ts';

/** Returns the addition to extensions.conf: a context for callbacks only. A stolen AMI secret can enter other contexts too. */
export const dialplan = (
  wanted: WantedConfiguration,
): string => `${MADE_BY} It adds to ${includingFile('extensions', wanted)}, which includes it:
;   #include ${ADDITIONS.extensions}
; Then: asterisk -rx "dialplan reload"

; Answered callbacks enter this context, with a number that the rules of the route allow. The context has no internal and no
; short numbers, and includes no other context.
[${wanted.context}]
${wanted.freepbx ? throughFreepbx : throughTrunk(wanted.trunk)}`;

const throughTrunk = (
  trunk: string,
): string => `; The number is in E.164, as "dialAs": "{e164}" in the route says.
exten => _+XXXXX!,1,NoOp(Callback from \${CALLERID(num)})
; Add what your trunk needs, such as its caller id: same => n,Set(CALLERID(num)=+74951234567)
 same => n,Dial(PJSIP/\${EXTEN}@${trunk},60)
 same => n,Hangup(\${HANGUPCAUSE})
`;

const throughFreepbx = `; FreePBX's outbound routes place the call. Set "dialAs" of the route to the form that they expect, such as "{digits}" or "0{national}".
exten => _[+0-9]XXXXX!,1,NoOp(Callback from \${CALLERID(num)})
 same => n,Goto(from-internal,\${EXTEN},1)
`;
