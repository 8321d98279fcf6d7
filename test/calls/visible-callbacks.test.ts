import { describe, expect, it } from 'vitest';
import type { CallbackView } from '../../lib/calls/callback.ts';
import { outlineOf } from '../../lib/calls/visible-callbacks.ts';

const ringing = {
  status: 'ringing' as const,
  agent: '3200',
  pbx: 'main',
  legs: {
    first: { party: 'agent' as const, status: 'answered' as const, channel: 'PJSIP/3200-00000001' },
    second: { party: 'customer' as const, status: 'ringing' as const, channel: 'PJSIP/trunk-00000002' },
  },
  asterisk: { actionId: 'cb_1.3200' },
};

const callback: CallbackView = {
  ...ringing,
  id: `cb_${'0'.repeat(32)}`,
  route: 'sales',
  to: '+49301234567',
  metadata: { order: '17' },
  createdAt: '2026-11-28T12:00:00.000Z',
  observedAt: '2026-11-28T12:00:01.000Z',
  live: true,
  revision: 2,
  line: 'sales',
  attempts: [{ ...ringing, number: 1, startedAt: '2026-11-28T12:00:00.000Z' }],
};

describe('outlineOf', () => {
  it('hides the agent, the PBX, the metadata and the channels, which name agents and trunks', () => {
    const text = JSON.stringify(outlineOf(callback));
    expect(text).not.toMatch(/3200|main|trunk|17/);
  });

  it('shows the status of both legs', () => {
    const { status, legs } = outlineOf(callback);
    expect([status, legs.first, legs.second]).toEqual([
      'ringing',
      { party: 'agent', status: 'answered' },
      { party: 'customer', status: 'ringing' },
    ]);
  });
});
