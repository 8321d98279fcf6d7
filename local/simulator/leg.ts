import { Channel } from './channel.ts';
import { findBehavior, findStep, type Step } from './dialplan.ts';
import type { Pbx } from './pbx.ts';
import type { Behavior } from './phone-behavior.ts';

/** A called party. A `Local/` channel has two halves: `front` is dialled, `back` runs the dialplan. */
export interface Leg {
  dialString: string;
  front: Channel;
  back?: Channel;
  /** What the phone does, or the dialplan with the back half. Undefined when the extension does not exist. */
  step: Step | undefined;
}

export interface LegRequest {
  /** Such as `PJSIP/3200`. */
  channel: string;
  channelId?: string;
  otherChannelId?: string;
  linkedid?: string;
}

/** Returns undefined when Asterisk could not make a channel: unknown technology or endpoint, not registered, id in use. */
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
  const backId =
    (request.channelId && (request.otherChannelId || `${request.channelId};2`)) || pbx.nextUniqueid();
  if (pbx.find(backId)) return undefined;
  const name = `Local/${exten}@${context}-${hex(pbx.nextSerial())}`;
  const front = new Channel({ ...identity, name: `${name};1`, context, exten });
  const back = new Channel({ ...identity, uniqueid: backId, name: `${name};2`, context, exten });
  back.state = 'Ring';
  pbx.add(front);
  pbx.add(back);
  // A hang-up of one half ends the other.
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

/** Returns the endpoint, whose name the channel gets: `trunk` for `PJSIP/79001234567@trunk`. */
function endpointOf(rest: string): string {
  return rest.split('@')[1] ?? rest;
}

function hex(serial: number): string {
  return serial.toString(16).padStart(8, '0');
}

export function isDial(step: Step): step is Exclude<Step, Behavior> {
  return 'dial' in step;
}
