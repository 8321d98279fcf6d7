import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentState } from '../../lib/queue/choose-agent.ts';
import { chooseStarts, type LineState, type WaitingCallback } from '../../lib/queue/choose-starts.ts';
import { waitingOrder } from '../../lib/store/due-callbacks.ts';

const NOW = 1_000_000_000;
const MINUTE = 60_000;

const waiting = (id: string, parts: Partial<WaitingCallback> = {}): WaitingCallback => ({
  id,
  route: 'default',
  dueAt: NOW - MINUTE,
  priority: 5,
  expiresAt: NOW + 60 * MINUTE,
  agents: [`agent-of-${id}`],
  pbxs: ['main'],
  ...parts,
});

const line = (parts: Partial<LineState> = {}): LineState => ({
  now: NOW,
  paused: false,
  capacity: 10,
  live: 0,
  perAgent: true,
  pace: 10,
  agents: new Map(),
  startsFor: () => Number.POSITIVE_INFINITY,
  ...parts,
});

const startsOf = (callbacks: WaitingCallback[], state: LineState): string[] =>
  chooseStarts(callbacks, state).map(({ callback, agent }) => `${callback.id} ${agent}`);
const agents = (states: Record<string, AgentState>): Map<string, AgentState> =>
  new Map(Object.entries(states));

describe('chooseStarts', () => {
  it('starts the callback that waits longest first', () => {
    const two = [waiting('new', { dueAt: NOW - 1 }), waiting('old', { dueAt: NOW - MINUTE })];
    expect(startsOf(two, line({ pace: 1 }))).toEqual(['old agent-of-old']);
  });

  it('lets an urgent callback overtake those that wait less than ten minutes for each step of priority', () => {
    const urgent = waiting('urgent', { dueAt: NOW, priority: 1 });
    const recent = waiting('recent', { dueAt: NOW - 39 * MINUTE });
    const old = waiting('old', { dueAt: NOW - 41 * MINUTE });
    expect(startsOf([recent, urgent, old], line())).toEqual([
      'old agent-of-old',
      'urgent agent-of-urgent',
      'recent agent-of-recent',
    ]);
  });

  it('starts no more than the capacity leaves', () => {
    expect(startsOf([waiting('a'), waiting('b'), waiting('c')], line({ capacity: 4, live: 2 }))).toHaveLength(
      2,
    );
    expect(startsOf([waiting('a')], line({ capacity: 1, live: 3 }))).toEqual([]);
  });

  it.each([
    ['the line is paused', {}, { paused: true }],
    ['it is not due yet', { dueAt: NOW + 1 }, {}],
    ['it has expired', { expiresAt: NOW }, {}],
    ['its PBX is down', {}, { startsFor: () => 0 }],
    ['its agent is occupied', {}, { agents: agents({ 'agent-of-a': { occupied: true } }) }],
    ['its agent is paused', {}, { agents: agents({ 'agent-of-a': { paused: true } }) }],
    ['its agent rests', {}, { agents: agents({ 'agent-of-a': { restUntil: NOW + 1 } }) }],
    ['the hint shows another call', {}, { agents: agents({ 'agent-of-a': { busyOnPbx: true } }) }],
  ])('does not start a callback when %s', (_why, parts, state) => {
    expect(startsOf([waiting('a', parts)], line(state))).toEqual([]);
  });

  it('passes over a callback whose agent is busy and starts the ones behind it', () => {
    const state = line({ agents: agents({ 'agent-of-a': { occupied: true } }) });
    expect(startsOf([waiting('a'), waiting('b')], state)).toEqual(['b agent-of-b']);
  });

  it('gives one agent one callback', () => {
    const both = [waiting('a', { agents: ['3200'] }), waiting('b', { agents: ['3200'] })];
    expect(startsOf(both, line())).toEqual(['a 3200']);
  });

  it('gives a ring group several callbacks when perAgent is off', () => {
    const both = [waiting('a', { agents: ['600'] }), waiting('b', { agents: ['600'] })];
    const state = line({ perAgent: false, agents: agents({ '600': { occupied: true } }) });
    expect(startsOf(both, state)).toEqual(['a 600', 'b 600']);
  });

  it('takes from a pool the agent whose last talk is longest ago', () => {
    const pool = ['3200', '3201', '3202'];
    const state = line({
      agents: agents({
        '3200': { lastTalkEndedAt: NOW - 1 },
        '3201': { lastTalkEndedAt: NOW - 2 },
        '3202': { lastTalkEndedAt: NOW - 3, paused: true },
      }),
    });
    expect(startsOf([waiting('a', { agents: pool }), waiting('b', { agents: pool })], state)).toEqual([
      'a 3201',
      'b 3200',
    ]);
  });

  it('goes to the next PBX of the route while one is down', () => {
    const [start] = chooseStarts([waiting('a', { pbxs: ['main', 'standby'] })], {
      ...line(),
      startsFor: (pbx) => (pbx === 'main' ? 0 : 1),
    });
    expect(start?.pbx).toBe('standby');
  });

  it('sends one start to a PBX that is probed', () => {
    expect(startsOf([waiting('a'), waiting('b')], line({ startsFor: () => 1 }))).toEqual(['a agent-of-a']);
  });

  it('keeps every limit, starts whatever may start, and skips no earlier callback that could', () => {
    const callback = fc.record({
      dueAt: fc.integer({ min: NOW - 90 * MINUTE, max: NOW + MINUTE }),
      priority: fc.integer({ min: 1, max: 9 }),
      agents: fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { minLength: 1 }),
    });
    const state = fc.record({
      capacity: fc.integer({ min: 1, max: 6 }),
      live: fc.integer({ min: 0, max: 6 }),
      pace: fc.integer({ min: 0, max: 6 }),
      occupied: fc.subarray(['1', '2', '3', '4']),
    });
    fc.assert(
      fc.property(fc.array(callback, { maxLength: 12 }), state, (callbacks, { occupied, ...limits }) => {
        const all = callbacks.map((parts, index) => waiting(String(index).padStart(2, '0'), parts));
        const busy = agents(Object.fromEntries(occupied.map((each) => [each, { occupied: true }])));
        const starts = chooseStarts(all, line({ ...limits, agents: busy }));
        const used = starts.map(({ agent }) => agent);
        const free = Math.max(0, Math.min(limits.capacity - limits.live, limits.pace));
        expect(starts.length).toBeLessThanOrEqual(free);
        expect(new Set(used).size).toBe(used.length);
        expect(used.filter((each) => occupied.includes(each))).toEqual([]);
        if (starts.length === free) return;
        const left = all.filter(
          (each) => each.dueAt <= NOW && !starts.some(({ callback: { id } }) => id === each.id),
        );
        const idle = ['1', '2', '3', '4'].filter((each) => !occupied.includes(each) && !used.includes(each));
        expect(left.filter((each) => each.agents.some((agent) => idle.includes(agent)))).toEqual([]);
        const keys = starts.map(({ callback: started }) => waitingOrder(started));
        expect(keys).toEqual(keys.toSorted((a, b) => a - b));
      }),
    );
  });
});
