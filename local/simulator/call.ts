import type { Channel } from './channel.ts';
import { ring } from './dial.ts';
import { connect, hangUpLater } from './dial-application.ts';
import { findStep } from './dialplan.ts';
import { isDial, type Leg, makeLeg } from './leg.ts';
import { type Order, respond } from './order.ts';
import type { Header } from './packet.ts';
import type { Call, Pbx } from './pbx.ts';
import { type Answer, dialEnd, endStatus } from './ringing.ts';

/** Plays one originated call to its end; `answered` hears as soon as it is known whether the first phone did. */
export async function placeCall(pbx: Pbx, order: Order, answered: (yes: boolean) => void): Promise<void> {
  const call = record(pbx, order);
  const leg = makeLeg(pbx, order);
  if (!leg) {
    respond(pbx, order, { reason: 0 });
    answered(false);
    call.status = 'ended';
    return;
  }
  introduce(pbx, leg, order);
  if (leg.step) call.rang.push(leg.front.name);
  const answer = await ring(pbx, leg, order.timeoutMs);
  if (answer.kind === 'answered') {
    dialEnd(pbx, leg.front, 'ANSWER');
    respond(pbx, order, { reason: 4, channel: leg.front });
    answered(true);
    call.status = 'answered';
    hangUpLater(pbx, leg.front, answer);
    await serve(pbx, leg.front, order, call);
    if (leg.back) pbx.remove(leg.back, leg.front.hangupCause);
  } else {
    fail(pbx, leg, order, answer);
    answered(false);
  }
  call.status = 'ended';
}

function record(pbx: Pbx, order: Order): Call {
  const { actionId, channelId, channel, context, exten } = order;
  const call: Call = {
    actionId,
    channelId,
    channel,
    context,
    exten,
    callerId: order.callerId.number,
    variables: Object.fromEntries(order.variables),
    at: Date.now(),
    rang: [],
    dtmf: '',
    status: 'dialling',
  };
  pbx.calls.push(call);
  return call;
}

/** Caller ids and variables reach the channel after it was made and before it rings. */
function introduce(pbx: Pbx, { front, back }: Leg, order: Order): void {
  for (const [name, value] of order.variables) {
    front.setVariable(name, value);
    back?.setVariable(name, value);
  }
  const number = order.callerId.number || (order.variables.get('CALLERID(num)') ?? '');
  const shown = order.callerId.number || (order.variables.get('CONNECTEDLINE(num)') ?? '');
  front.caller = { number, name: order.callerId.name };
  front.connected = { number: shown, name: order.callerId.name };
  if (number) pbx.event('NewCallerid', [...front.snapshot(), PRESENTATION]);
  if (shown) pbx.event('NewConnectedLine', front.snapshot());
  if (back) [back.caller, back.connected] = [front.connected, front.caller];
}

const PRESENTATION: Header = ['CID-CallingPres', '0 (Presentation Allowed, Not Screened)'];

type Failure = Exclude<Answer, { kind: 'answered' }>;

function fail(pbx: Pbx, leg: Leg, order: Order, failure: Failure): void {
  // A timeout and a missing extension report no DialEnd at all.
  if (failure.kind === 'refused' || failure.kind === 'hung up') dialEnd(pbx, leg.front, endStatus(failure));
  const reason = failure.kind === 'refused' ? failure.reason : failure.kind === 'timeout' ? 3 : 0;
  if (pbx.responseOrder === 'first') respond(pbx, order, { reason });
  const [cause, sip] = causeOf(failure, leg);
  // Busy() and Congestion() leave the cause on the half that ran them.
  const isFrame = failure.kind === 'refused' && failure.reason !== 0;
  pbx.remove(leg.front, isFrame ? 0 : cause, sip);
  if (leg.back) pbx.remove(leg.back, cause);
  if (pbx.responseOrder === 'last') respond(pbx, order, { reason });
}

function causeOf(failure: Failure, leg: Leg): [cause: number, sip?: number] {
  if (failure.kind === 'refused') return failure.sip ? [failure.cause, failure.sip] : [failure.cause];
  if (failure.kind === 'timeout') return leg.back ? [19] : [19, 480];
  return [failure.kind === 'hung up' ? failure.wish.cause : 0];
}

/** The answered channel runs its application or walks into Context/Exten. */
async function serve(pbx: Pbx, channel: Channel, order: Order, call: Call): Promise<void> {
  if (order.application) {
    const seconds = order.application.toLowerCase() === 'wait' ? Number.parseFloat(order.data) : Number.NaN;
    await Promise.race([
      Number.isNaN(seconds) ? channel.unwanted : pbx.sleep(seconds * 1000),
      channel.unwanted,
    ]);
    pbx.remove(channel, 0);
    return;
  }
  channel.context = order.context || 'default';
  channel.exten = order.exten || 's';
  const step = findStep(pbx.plan, channel.context, channel.exten);
  if (step && isDial(step)) {
    channel.application = 'Dial';
    channel.applicationData = step.dial.replace('{exten}', channel.exten);
    await connect(pbx, channel, channel.applicationData, step.timeoutMs ?? 30_000, call);
    return;
  }
  // An extension that behaves as a phone keeps the caller until somebody hangs up.
  const stayMs = step?.kind === 'answers' ? step.hangsUpAfterMs : 0;
  const over = stayMs === undefined ? [] : [pbx.sleep(stayMs)];
  await Promise.race([...over, channel.unwanted]);
  pbx.remove(channel, 16);
}
