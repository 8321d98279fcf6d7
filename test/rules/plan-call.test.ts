import { describe, expect, it } from 'vitest';
import { plan, refusal } from '../support/rules/fixtures.ts';

const codeOf = (...asked: Parameters<typeof plan>) => refusal(() => plan(...asked)).code;

describe('applyRules', () => {
  it('plans a call that shows the customer to the agent, and the agent to the trunk', () => {
    expect(plan()).toEqual({
      route: 'default',
      first: 'agent',
      to: '84951234567',
      e164: '+74951234567',
      agent: '3200',
      channel: 'PJSIP/3200',
      context: 'OUT_EXT2',
      exten: '84951234567',
      priority: '1',
      callerIdForFirst: '84951234567',
      callerIdForSecond: '3200',
      timeoutSeconds: 30,
      variables: {},
    });
  });

  it('plans a customer-first call that shows the caller id to the customer', () => {
    const turned = plan(
      { callerId: '+74950000000' },
      { first: 'customer', channel: 'PJSIP/{to}@trunk', exten: '{agent}', callerIds: ['\\+7495[0-9]{7}'] },
    );
    expect(turned).toMatchObject({
      channel: 'PJSIP/84951234567@trunk',
      exten: '3200',
      callerIdForFirst: '+74950000000',
      callerIdForSecond: '84951234567',
    });
  });

  it('leaves out the E.164 form of an internal number', () => {
    const { to } = { to: { country: 'RU', allow: [], deny: [], premium: false, dialAs: '{e164}' } };
    expect(plan({ to: '3300' }, { to: { ...to, extensions: '33[0-9]{2}' } })).not.toHaveProperty('e164');
  });

  it('uses the timeout of the request', () => {
    expect(plan({ timeoutSeconds: 12 }).timeoutSeconds).toBe(12);
  });
});

describe('the agent of a request', () => {
  it.each([
    ['^3[0-9]{3}$', '3200', 'allowed'],
    ['3[0-9]{3}', '3200', 'allowed'],
    ['3[0-9]{3}', '13200', 'agent-not-allowed'],
    ['3[0-9]{3}', '32001', 'agent-not-allowed'],
    ['^32|33$', '3299', 'agent-not-allowed'],
    ['^3200$|.', '3200&PJSIP/1', 'agent-not-allowed'],
    ['.*', '3200@other', 'agent-not-allowed'],
    ['.*', '3200&PJSIP/boss', 'agent-not-allowed'],
    ['.*', '../3200', 'agent-not-allowed'],
    ['.*', '{to}', 'agent-not-allowed'],
    ['.*', '3200\n', 'agent-not-allowed'],
    ['.*', '.3200', 'agent-not-allowed'],
    ['.*', '-3200', 'agent-not-allowed'],
    ['.*', '3200.', 'agent-not-allowed'],
    ['.*', '３２００', 'agent-not-allowed'],
    ['.*', '', 'agent-not-allowed'],
    ['.*', '3'.repeat(33), 'agent-not-allowed'],
    ['.*', '3'.repeat(32), 'allowed'],
    ['.*', 'anna.b-2_x', 'allowed'],
    ['a)|(.*', '3200', 'route-invalid'],
  ])('is matched as a whole: pattern %s, agent %j, result %s', (agents, agent, expected) => {
    expect(codeOf({ agent }, { agents })).toBe(expected);
  });

  it('is required, unless the route fixes it', () => {
    expect(codeOf({ agent: undefined })).toBe('agent-missing');
    expect(plan({ agent: undefined }, { agent: '3500' }).channel).toBe('PJSIP/3500');
    expect(plan({ agent: '3500' }, { agent: '3500' }).agent).toBe('3500');
    expect(codeOf({ agent: '3200' }, { agent: '3500' })).toBe('agent-not-allowed');
  });
});

describe('the caller id of a request', () => {
  it.each([
    [{}, {}, '3200'],
    [{}, { callerId: '+74950000000' }, '+74950000000'],
    [{}, { callerId: '7495{agent}' }, '74953200'],
    [{ callerId: '74953200' }, { callerId: '7495{agent}' }, '74953200'],
    [{ callerId: '3200' }, {}, '3200'],
    [{ callerId: '3999' }, { callerIds: ['^3[0-9]{3}$'] }, '3999'],
  ])('%j is shown on a route with %j as %s', (asked, parts, expected) => {
    expect(plan(asked, parts).callerIdForSecond).toBe(expected);
  });

  it.each([
    [{ callerId: '3999' }, {}],
    [{ callerId: '39991' }, { callerIds: ['3[0-9]{3}'] }],
    [{ callerId: '13999' }, { callerIds: ['^39|3999$'] }],
    [{ callerId: '"Your bank" <3999>' }, { callerIds: ['.*'] }],
    [{ callerId: 'Bank' }, { callerIds: ['.*'] }],
    [{ callerId: '39 99' }, { callerIds: ['.*'] }],
    [{ callerId: '３９９９' }, { callerIds: ['.*'] }],
    [{ callerId: '' }, { callerIds: ['.*'] }],
    [{ callerId: '3999\n' }, { callerIds: ['.*'] }],
    [{ callerId: '3200' }, { callerId: '+74950000000' }],
  ])('%j is refused on a route with %j', (asked, parts) => {
    expect(codeOf(asked, parts)).toBe('caller-id-not-allowed');
  });
});

describe('c and p of a classic URL', () => {
  const classic = { c: ['OUT_EXT2', 'OLD'], p: ['1'] };

  it.each([
    [{ c: 'OUT_EXT2', p: '1' }, 'allowed'],
    [{ c: 'OUT_EXT2' }, 'allowed'],
    [{}, 'allowed'],
    [{ c: 'from-internal', p: '1' }, 'classic-not-allowed'],
    [{ c: 'OUT_EXT2', p: '2' }, 'classic-not-allowed'],
    [{ c: 'out_ext2' }, 'classic-not-allowed'],
    [{ c: '' }, 'classic-not-allowed'],
  ])('%j: %s', (target, expected) => {
    expect(codeOf({ classic: target }, { classic })).toBe(expected);
  });

  it('are refused when the route lists none', () => {
    expect(codeOf({ classic: { c: 'OUT_EXT2' } })).toBe('classic-not-allowed');
  });

  it('never change where the call goes', () => {
    expect(plan({ classic: { c: 'OLD' } }, { classic }).context).toBe('OUT_EXT2');
  });
});

describe('a template of a route', () => {
  it('is filled once, and only with known placeholders', () => {
    expect(codeOf({}, { channel: 'PJSIP/{customer}' })).toBe('route-invalid');
    expect(codeOf({}, { exten: '{__proto__}' })).toBe('route-invalid');
    expect(plan({}, { channel: 'Local/{agent}@x-{agent}' }).channel).toBe('Local/3200@x-3200');
  });
});
