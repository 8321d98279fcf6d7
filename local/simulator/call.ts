import type { Channel } from './channel.ts';
import { ring } from './dial.ts';
import { connect, hangUpLater } from './dial-application.ts';
import { findStep } from './dialplan.ts';
import { isDial, type Leg, makeLeg } from './leg.ts';
import { type OriginateRequest, respond } from './originate-response.ts';
import type { Header } from './packet.ts';
import type { Call, Pbx } from './pbx.ts';
import { type Answer, dialEnd, endStatus } from './ringing.ts';

/** Plays an originated call to its end. Calls `answered` when it is known whether the first phone answers. */
export async function placeCall(
  pbx: Pbx,
  wanted: OriginateRequest,
  answered: (yes: boolean) => void,
): Promise<void> {
  const call = record(pbx, wanted);
  const leg = makeLeg(pbx, wanted);
  if (!leg) {
    respond(pbx, wanted, { reason: 0 });
    answered(false);
    call.status = 'ended';
    return;
  }
  introduce(pbx, leg, wanted);
  if (leg.step) call.rang.push(leg.front.name);
  const answer = await ring(pbx, leg, wanted.timeoutMs);
  if (answer.kind === 'answered') {
    dialEnd(pbx, leg.front, 'ANSWER');
    respond(pbx, wanted, { reason: 4, channel: leg.front });
    answered(true);
    call.status = 'answered';
    hangUpLater(pbx, leg.front, answer);
    await serve(pbx, leg.front, wanted, call);
    if (leg.back) pbx.remove(leg.back, leg.front.hangupCause);
  } else {
    fail(pbx, leg, wanted, answer);
    answered(false);
  }
  call.status = 'ended';
}

function record(pbx: Pbx, wanted: OriginateRequest): Call {
  const { actionId, channelId, channel, context, exten } = wanted;
  const call: Call = {
    actionId,
    channelId,
    channel,
    context,
    exten,
    callerId: wanted.callerId.number,
    variables: Object.fromEntries(wanted.variables),
    at: Date.now(),
    rang: [],
    dtmf: '',
    status: 'dialling',
  };
  pbx.calls.push(call);
  return call;
}

/** Sets the caller ids and the variables of a new channel. */
function introduce(pbx: Pbx, { front, back }: Leg, wanted: OriginateRequest): void {
  for (const [name, value] of wanted.variables) {
    front.setVariable(name, value);
    back?.setVariable(name, value);
  }
  const number = wanted.callerId.number || (wanted.variables.get('CALLERID(num)') ?? '');
  const shown = wanted.callerId.number || (wanted.variables.get('CONNECTEDLINE(num)') ?? '');
  front.caller = { number, name: wanted.callerId.name };
  front.connected = { number: shown, name: wanted.callerId.name };
  if (number) pbx.event('NewCallerid', [...front.snapshot(), PRESENTATION]);
  if (shown) pbx.event('NewConnectedLine', front.snapshot());
  if (back) [back.caller, back.connected] = [front.connected, front.caller];
}

const PRESENTATION: Header = ['CID-CallingPres', '0 (Presentation Allowed, Not Screened)'];

type Failure = Exclude<Answer, { kind: 'answered' }>;

function fail(pbx: Pbx, leg: Leg, wanted: OriginateRequest, failure: Failure): void {
  // After a timeout, and for a missing extension, Asterisk sends no DialEnd.
  if (failure.kind === 'refused' || failure.kind === 'hung up') dialEnd(pbx, leg.front, endStatus(failure));
  const reason = failure.kind === 'refused' ? failure.reason : failure.kind === 'timeout' ? 3 : 0;
  if (pbx.responseOrder === 'first') respond(pbx, wanted, { reason });
  const [cause, sip] = causeOf(failure, leg);
  // After Busy() and Congestion(), only the half of the Local channel that ran them has the cause.
  const isFrame = failure.kind === 'refused' && failure.reason !== 0;
  pbx.remove(leg.front, isFrame ? 0 : cause, sip);
  if (leg.back) pbx.remove(leg.back, cause);
  if (pbx.responseOrder === 'last') respond(pbx, wanted, { reason });
}

function causeOf(failure: Failure, leg: Leg): [cause: number, sip?: number] {
  if (failure.kind === 'refused') return failure.sip ? [failure.cause, failure.sip] : [failure.cause];
  if (failure.kind === 'timeout') return leg.back ? [19] : [19, 480];
  return [failure.kind === 'hung up' ? failure.wish.cause : 0];
}

/** Runs the application of an Originate, or the extension in the dialplan, on the answered channel. */
async function serve(pbx: Pbx, channel: Channel, wanted: OriginateRequest, call: Call): Promise<void> {
  if (wanted.application) {
    const seconds = wanted.application.toLowerCase() === 'wait' ? Number.parseFloat(wanted.data) : Number.NaN;
    await Promise.race([
      Number.isNaN(seconds) ? channel.unwanted : pbx.sleep(seconds * 1000),
      channel.unwanted,
    ]);
    pbx.remove(channel, 0);
    return;
  }
  channel.context = wanted.context || 'default';
  channel.exten = wanted.exten || 's';
  const step = findStep(pbx.plan, channel.context, channel.exten);
  if (step && isDial(step)) {
    channel.application = 'Dial';
    channel.applicationData = step.dial.replace('{exten}', channel.exten);
    await connect(pbx, channel, channel.applicationData, step.timeoutMs ?? 30_000, call);
    return;
  }
  // An extension that behaves as a phone keeps the caller until a party hangs up.
  const stayMs = step?.kind === 'answers' ? step.hangsUpAfterMs : 0;
  const over = stayMs === undefined ? [] : [pbx.sleep(stayMs)];
  await Promise.race([...over, channel.unwanted]);
  pbx.remove(channel, 16);
}
