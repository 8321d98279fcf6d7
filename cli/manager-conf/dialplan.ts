import type { Wish } from './wish.ts';

/** A context of its own for callbacks: whoever has the secret can enter others too, but no caller is ever sent there. */
export const dialplan = ({
  context,
  trunk,
}: Wish): string => `; To be appended to your own extensions.conf, or named in it by #include; on FreePBX, appended to extensions_custom.conf.
; NEVER to be put in its place: your whole dialplan would be gone.
; Then: asterisk -rx "dialplan reload"

; Answered callbacks come here with the number in E.164 ("dialAs": "{e164}" in the route), which the route's rules let
; through. Nothing else is in here: no internal numbers, no short ones, no way on into other contexts.
[${context}]
exten => _+XXXXX!,1,NoOp(Callback from \${CALLERID(num)})
; Your trunk's own rules come here, such as its caller id: Set(CALLERID(num)=+74951234567)
 same => n,Dial(PJSIP/\${EXTEN}@${trunk},60)
 same => n,Hangup(\${HANGUPCAUSE})
`;
