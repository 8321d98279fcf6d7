import { describe, expect, it } from 'vitest';
import { answerOf, context, doorOnSimulator, eventOf } from '../support/http/door.ts';
import { json } from '../support/http/settings.ts';

/** What a function keeps of its time for sending the answer, and what is left for the call. */
const RESERVE_MS = 3000;
const LEFT_MS = 1000;

describe('However long a request wants to wait', () => {
  const { door } = doorOnSimulator();

  it('it is answered before the time of the function is over', async () => {
    const order = { to: '84951234567', agent: '3206', wait: 'completed', waitSeconds: 25 };
    const asked = { method: 'POST', url: '/callbacks', headers: json, body: JSON.stringify(order) };
    const end = Date.now() + RESERVE_MS + LEFT_MS;
    const time = { ...context(), getRemainingTimeInMillis: () => end - Date.now() };
    const answer = answerOf(await door().handler(eventOf(asked), time));
    expect(answer).toMatchObject({ status: 201, body: { status: 'ringing' } });
    expect(end - Date.now()).toBeGreaterThan(RESERVE_MS / 2);
  });
});
