import { Channel } from './channel.ts';
import { type Fate, findFate, findStep, type Step } from './dialplan.ts';
import type { Pbx } from './pbx.ts';

/** A party being called. A `Local/` channel has two halves: `front` is dialled, `back` walks the dialplan. */
export interface Leg {
  dialString: string;
  front: Channel;
  back?: Channel;
  /** What the phone does, or what the dialplan does with the back half; without one the extension is missing. */
  step: Step | undefined;
}

export interface LegRequest {
  /** `Tech/rest`. */
  channel: string;
  channelId?: string;
  otherChannelId?: string;
  linkedid?: string;
}

/** Undefined when Asterisk could make no channel: unknown technology or endpoint, not registered, or the id is in use. */
export function makeLeg(pbx: Pbx, request: LegRequest): Leg | undefined {
  const slash = request.channel.indexOf('/');
  const technology = request.channel.slice(0, slash);
  const rest = request.channel.slice(slash + 1);
  const uniqueid = request.channelId || pbx.nextUniqueid();
  if (pbx.find(uniqueid)) return undefined;
  const identity = { uniqueid, linkedid: request.linkedid ?? uniqueid };
  if (technology.toLowerCase() === 'local') return makeLocal(pbx, rest, identity, request);

  const fate = findFate(pbx.plan, request.channel);
  if (fate === undefined || fate.kind === 'unreachable') return undefined;
  const name = `${technology}/${endpointOf(rest)}-${hex(pbx.nextSerial())}`;
  const front = new Channel({ ...identity, name, context: 'default', exten: 's' });
  pbx.add(front);
  return { dialString: rest, front, step: fate };
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
  // Whoever hangs up one half hangs up the other.
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

/** `PJSIP/79001234567@trunk` makes a channel of the endpoint `trunk`. */
function endpointOf(rest: string): string {
  return rest.split('@')[1] ?? rest;
}

function hex(serial: number): string {
  return serial.toString(16).padStart(8, '0');
}

export function isDial(step: Step): step is Exclude<Step, Fate> {
  return 'dial' in step;
}
