import { Channel } from './channel.ts';
import { findBehavior, findStep, type Step } from './dialplan.ts';
import type { Pbx } from './pbx.ts';
import type { Behavior } from './phone-behavior.ts';

/** One side of a call. In a `Local/` channel, `front` is the dialled half and `back` is the half that runs the dialplan. */
export interface Leg {
  dialString: string;
  front: Channel;
  back?: Channel;
  /** The behavior of the phone, or the extension that the back half runs. Undefined if the extension does not exist. */
  step: Step | undefined;
}

export interface LegRequest {
  /** Such as `PJSIP/3200`. */
  channel: string;
  channelId?: string;
  linkedid?: string;
}

/** Returns undefined if Asterisk could not make a channel: unknown technology or endpoint, no registered phone, id in use. */
export function makeLeg(pbx: Pbx, request: LegRequest): Leg | undefined {
  const slash = request.channel.indexOf('/');
  const technology = request.channel.slice(0, slash);
  const rest = request.channel.slice(slash + 1);
  const uniqueid = request.channelId || pbx.nextUniqueid();
  if (pbx.find(uniqueid)) return undefined;
  const identity = { uniqueid, linkedid: request.linkedid ?? uniqueid };
  if (technology.toLowerCase() === 'local') return makeLocal(pbx, rest, identity, request);

  const behavior = findBehavior(pbx.plan, request.channel);
  if (behavior === undefined || behavior.kind === 'unreachable') return undefined;
  const name = `${technology}/${endpointOf(rest)}-${hex(pbx.nextSerial())}`;
  const front = new Channel({ ...identity, name, context: 'default', exten: 's' });
  pbx.add(front);
  return { dialString: rest, front, step: behavior };
}

function makeLocal(
  pbx: Pbx,
  rest: string,
  identity: { uniqueid: string; linkedid: string },
  request: LegRequest,
): Leg | undefined {
  const [address = ''] = rest.split('/');
  const [exten = '', context = 'default'] = address.split('@');
  const backId = request.channelId ? `${request.channelId};2` : pbx.nextUniqueid();
  if (pbx.find(backId)) return undefined;
  const name = `Local/${exten}@${context}-${hex(pbx.nextSerial())}`;
  const front = new Channel({ ...identity, name: `${name};1`, context, exten });
  const back = new Channel({ ...identity, uniqueid: backId, name: `${name};2`, context, exten });
  back.state = 'Ring';
  pbx.add(front);
  pbx.add(back);
  // When the back half hangs up, the front half hangs up, too.
  void back.unwanted.then((wish) => front.requestHangup(wish));
  const step = findStep(pbx.plan, context, exten);
  if (step) {
    pbx.event('LocalBridge', [
      ...front.snapshot('LocalOne'),
      ...back.snapshot('LocalTwo'),
      ['Context', context],
      ['Exten', exten],
      ['LocalOptimization', 'Yes'],
    ]);
  }
  return { dialString: rest, front, back, step };
}

/** Returns the endpoint, which is part of the channel's name. Example: `trunk` for `79001234567@trunk`. */
function endpointOf(rest: string): string {
  return rest.split('@')[1] ?? rest;
}

function hex(serial: number): string {
  return serial.toString(16).padStart(8, '0');
}

export function isDial(step: Step): step is Exclude<Step, Behavior> {
  return 'dial' in step;
}
