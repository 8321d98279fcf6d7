import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AjamSession, events } from '../../lib/ajam/index.ts';
import type { Simulator } from '../../local/simulator/index.ts';
import { blackHole, listen } from '../support/ajam/listeners.ts';
import { asked, failureOf, openSession, originate, simulate, USER } from '../support/ajam/simulated.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';

let pbx: Simulator;
beforeEach(async () => {
  pbx = await simulate();
});
afterEach(() => pbx.close());

/** Generous, for a busy machine. Without the tested timeout it would be the default of 3000. */
const LATE_MS = 2000;

describe('the time by which an action must be sent', () => {
  it.each([
    ['on a new connection', (session: AjamSession) => session.disconnect()],
    ['on a kept connection', () => undefined],
  ])('sends no byte when it has passed, %s', async (_, prepare) => {
    const session = await openSession(pbx);
    prepare(session);
    const failure = await failureOf(session.send(originate(), { sendBy: Date.now() }));
    expect(failure).toMatchObject({ code: 'AJAM_ABORTED', mayHaveRun: false });
    // The session can still be used.
    await session.send(originate(), { sendBy: Date.now() + 60_000 });
    expect([pbx.calls.length, asked(pbx, 'Originate')]).toEqual([1, 1]);
    await session.logoff();
  });
});

describe('the connect timeout', () => {
  it('ends an attempt at a port that drops packets', async () => {
    await using hole = await blackHole();
    const url = `http://127.0.0.1:${hole.port}`;
    const failure = await failureOf(openSession({ url }, { connectTimeoutMs: 300 }));
    expect(failure).toMatchObject({ code: 'AJAM_UNREACHABLE', mayHaveRun: false });
    expect(failure.error.message).toContain('within 300 ms');
    expect(failure.ms).toBeGreaterThan(290);
    expect(failure.ms).toBeLessThan(LATE_MS);
  });

  it('ends a TLS handshake that never finishes', async () => {
    await using mute = await listen();
    const url = `https://127.0.0.1:${mute.port}`;
    const failure = await failureOf(openSession({ url }, { connectTimeoutMs: 300 }));
    expect(failure).toMatchObject({ code: 'AJAM_UNREACHABLE', mayHaveRun: false });
    expect(failure.ms).toBeLessThan(LATE_MS);
  });

  it('does not delay the error when nothing listens', async () => {
    const { url } = pbx;
    await pbx.close();
    const failure = await failureOf(openSession({ url }));
    expect(failure).toMatchObject({ code: 'AJAM_UNREACHABLE', mayHaveRun: false });
    expect(failure.error.message).toContain('ECONNREFUSED');
    expect(failure.ms).toBeLessThan(LATE_MS);
  });

  it('does not limit the time for a reply', async () => {
    const session = await openSession(pbx, { connectTimeoutMs: 250 });
    pbx.faults.add({ fault: { kind: 'slow', ms: 600 }, when: 'Originate' });
    await session.send(originate());
    expect([pbx.calls.length, asked(pbx, 'Originate')]).toEqual([1, 1]);
    await session.logoff();
  });
});

describe('the signal of the caller', () => {
  it('prevents a connection when it has fired before', async () => {
    const attempt = AjamSession.open({ url: pbx.url, ...USER }, { signal: AbortSignal.abort() });
    expect(await failureOf(attempt)).toMatchObject({ code: 'AJAM_ABORTED', mayHaveRun: false });
    expect(pbx.connections).toBe(0);
  });

  it('ends an attempt to connect, and nothing was sent', async () => {
    await using hole = await blackHole();
    const url = `http://127.0.0.1:${hole.port}`;
    const attempt = AjamSession.open({ url, ...USER }, { signal: AbortSignal.timeout(100) });
    const failure = await failureOf(attempt);
    expect(failure).toMatchObject({ code: 'AJAM_ABORTED', mayHaveRun: false });
    expect(failure.ms).toBeLessThan(LATE_MS);
  });

  it('ends the wait for a reply, and the action may have run', async () => {
    const session = await openSession(pbx);
    pbx.faults.add({ fault: { kind: 'silent after executing' }, when: 'Originate' });
    const failure = await failureOf(session.send(originate(), { signal: AbortSignal.timeout(100) }));
    expect(failure).toMatchObject({ code: 'AJAM_ABORTED', mayHaveRun: true });
    expect(failure.ms).toBeLessThan(LATE_MS);
    expect([pbx.calls.length, asked(pbx, 'Originate')]).toEqual([1, 1]);
    await session.logoff();
  });

  it('limits the actions of a session, but not its logoff', async () => {
    const session = await openSession(pbx);
    session.limitBy(AbortSignal.abort());
    expect(await failureOf(session.send(originate()))).toMatchObject({ code: 'AJAM_ABORTED' });
    await session.logoff();
    expect([pbx.calls.length, pbx.sessions]).toEqual([0, 0]);
  });
});

describe('the deadline', () => {
  it('of events allows one WaitEvent even if it has passed', async () => {
    const session = await openSession(pbx);
    await session.send(originate());
    const { value } = await events(session, { wanted: () => true, until: Date.now() - 1000 }).next();
    expect(value).toContainEqual(expect.objectContaining({ name: 'Newchannel' }));
    expect(asked(pbx, 'WaitEvent')).toBe(1);
    await session.logoff();
  });

  it('of events ends a WaitEvent that is never answered', async () => {
    const session = await openSession(pbx);
    pbx.faults.add({ fault: { kind: 'black hole' }, when: 'WaitEvent', times: Number.POSITIVE_INFINITY });
    const started = performance.now();
    for await (const _ of events(session, { wanted: () => false, until: Date.now() + 500 }))
      expect.unreachable();
    expect(performance.now() - started).toBeLessThan(1600);
    await session.logoff();
  });

  it('of a logoff ends it when the PBX is unreachable', async () => {
    const certificates = await makeCertificates();
    await using secured = await simulate({ tls: certificates.server });
    await using proxy = await listen((socket, connections) => {
      if (connections === 1)
        socket.pipe(connect(Number(new URL(secured.url).port), '127.0.0.1')).pipe(socket);
    });
    const session = await openSession({ url: `https://127.0.0.1:${proxy.port}` }, { ca: certificates.ca });
    session.disconnect();
    const started = performance.now();
    await session.logoff();
    expect(performance.now() - started).toBeLessThan(1800);
  });
});
