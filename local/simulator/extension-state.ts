import type { Manager, Request } from './action-request.ts';
import { findBehavior } from './dialplan.ts';
import { headerOf } from './form.ts';
import type { Packet } from './packet.ts';
import { failure, success } from './reply.ts';

/** Asterisk's numbers and texts (main/pbx.c, extension_states). */
const NO_HINT = ['-1', 'Unknown'] as const;
const IDLE = ['0', 'Idle'] as const;
const IN_USE = ['1', 'InUse'] as const;
const UNAVAILABLE = ['4', 'Unavailable'] as const;
const RINGING = ['8', 'Ringing'] as const;

/** Returns the state of an extension. In every context, each phone `PJSIP/<exten>` of the simulator has a hint. */
export function extensionState({ pbx }: Manager, { headers }: Request): Packet[] {
  const exten = headerOf(headers, 'Exten');
  const context = headerOf(headers, 'Context') || 'default';
  if (exten === '') return failure(headers, 'Extension not specified');
  const behavior = findBehavior(pbx.plan, `PJSIP/${exten}`);
  const channel = pbx.channels.find(({ name }) => name.startsWith(`PJSIP/${exten}-`));
  const [status, text] = stateOf();
  return success(
    headers,
    ['Message', 'Extension Status'],
    ['Exten', exten],
    ['Context', context],
    ['Hint', behavior ? `PJSIP/${exten}` : ''],
    ['Status', status],
    ['StatusText', text],
  );

  function stateOf(): readonly [string, string] {
    if (!behavior) return NO_HINT;
    if (behavior.kind === 'unreachable') return UNAVAILABLE;
    if (!channel) return IDLE;
    return channel.state === 'Up' ? IN_USE : RINGING;
  }
}
