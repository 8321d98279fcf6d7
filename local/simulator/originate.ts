import type { Manager, Request } from './action-request.ts';
import { placeCall } from './call.ts';
import { parseCallerId } from './channel.ts';
import { findStep } from './dialplan.ts';
import { headerOf, variablesOf } from './form.ts';
import type { OriginateRequest } from './originate-response.ts';
import type { Packet } from './packet.ts';
import type { Pbx } from './pbx.ts';
import { bits } from './privilege-classes.ts';
import { failure, success } from './reply.ts';

const MAX_UNIQUEID = 149;
const TRUE = /^(yes|true|y|t|1|on)$/i;
const FORBIDDEN_APPLICATION = /agi|dbdeltree|exec|externalivr|mixmonitor|originate|reload|system/i;
const FORBIDDEN_DATA = /CURL|DB|EVAL|FILE|ODBC|REALTIME|SHELL/;

export async function originate({ pbx }: Manager, { headers, session }: Request): Promise<Packet[]> {
  const request = requestOf(headers);
  const mayRunAnything = (session.write & bits(['system'])) !== 0;
  const refusal = check(pbx, request, {
    priority: headerOf(headers, 'Priority'),
    timeout: headerOf(headers, 'Timeout'),
    mayRunAnything,
  });
  if (refusal !== undefined) return failure(headers, refusal);

  const queued = success(headers, ['Message', 'Originate successfully queued']);
  if (request.async) {
    setImmediate(() => void placeCall(pbx, request, () => {}));
    return queued;
  }
  const answered = await new Promise<boolean>((resolve) => void placeCall(pbx, request, resolve));
  return answered ? queued : failure(headers, 'Originate failed');
}

function requestOf(headers: Request['headers']): OriginateRequest {
  const timeout = headerOf(headers, 'Timeout');
  return {
    actionId: headerOf(headers, 'ActionID'),
    channel: headerOf(headers, 'Channel'),
    channelId: headerOf(headers, 'ChannelId'),
    context: headerOf(headers, 'Context'),
    exten: headerOf(headers, 'Exten'),
    application: headerOf(headers, 'Application').slice(0, 31),
    data: headerOf(headers, 'Data'),
    callerId: parseCallerId(headerOf(headers, 'CallerID')),
    variables: variablesOf(headers),
    timeoutMs: timeout === '' ? 30_000 : Number.parseInt(timeout, 10),
    async: TRUE.test(headerOf(headers, 'Async')),
  };
}

/** Returns the first refusal, in the order of Asterisk's checks. */
function check(
  pbx: Pbx,
  request: OriginateRequest,
  sent: { priority: string; timeout: string; mayRunAnything: boolean },
): string | undefined {
  const { channel, channelId, context, exten, application, data } = request;
  if (channelId.length > MAX_UNIQUEID) {
    // The text of Asterisk ends with this line feed.
    return `Uniqueid length exceeds maximum of ${MAX_UNIQUEID}\n`;
  }
  if (channel === '') return 'Channel not specified';
  const priority = /^\s*([+-]?\d+)/.exec(sent.priority)?.[1];
  if (sent.priority !== '' && priority === undefined) return 'Invalid priority';
  if (sent.timeout !== '' && !/^\s*[+-]?\d/.test(sent.timeout)) return 'Invalid timeout';
  if (!channel.includes('/')) return 'Invalid channel';
  if (application !== '' && !sent.mayRunAnything) {
    if (FORBIDDEN_APPLICATION.test(application) || FORBIDDEN_DATA.test(data)) {
      return 'Originate Access Forbidden: app or data blacklisted';
    }
  }
  const wanted = Number(priority ?? 0);
  // Every extension of the simulator has only the priority 1.
  if (wanted !== 0 && (wanted !== 1 || !findStep(pbx.plan, context, exten)))
    return 'Extension does not exist.';
  if (!request.async && application === '' && (exten === '' || context === '' || wanted === 0)) {
    return `Originate with 'Exten' requires 'Context' and 'Priority'`;
  }
  return undefined;
}
