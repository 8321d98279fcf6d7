import { describe, expect, it } from 'vitest';
import { accessOf, key, keys, NOW, request } from '../support/auth/fixtures.ts';

const role = (principal: string) => ({ it: key({ principal }) });
const admits = (principal: string, configured: string) =>
  accessOf(request({ principal }), role(configured), NOW).ok;

describe('authenticate, for an IAM principal', () => {
  it.each([
    ['arn:aws:iam::123456789012:user/crm', 'arn:aws:iam::123456789012:user/crm', true],
    ['arn:aws:sts::123456789012:assumed-role/crm/s', 'arn:aws:sts::123456789012:assumed-role/crm/s', true],
    ['arn:aws:sts::123456789012:assumed-role/crm/s', 'arn:aws:iam::123456789012:role/crm', true],
    ['arn:aws:sts::123456789012:assumed-role/crm/s@x', 'arn:aws:iam::123456789012:role/a/b/crm', true],
    ['arn:aws-cn:sts::123456789012:assumed-role/crm/s', 'arn:aws:iam::123456789012:role/crm', false],
    ['arn:aws:sts::999999999999:assumed-role/crm/s', 'arn:aws:iam::123456789012:role/crm', false],
    ['arn:aws:sts::123456789012:assumed-role/crm2/s', 'arn:aws:iam::123456789012:role/crm', false],
    ['arn:aws:sts::123456789012:assumed-role/CRM/s', 'arn:aws:iam::123456789012:role/crm', false],
    ['arn:aws:sts::123456789012:assumed-role/other/crm', 'arn:aws:iam::123456789012:role/crm', false],
    ['arn:aws:sts::123456789012:assumed-role/a/crm', 'arn:aws:iam::123456789012:role/a/crm', false],
    ['arn:aws:sts::123456789012:federated-user/crm', 'arn:aws:iam::123456789012:role/crm', false],
    ['arn:aws:iam::123456789012:user/crm', 'arn:aws:iam::123456789012:role/crm', false],
    ['arn:aws:iam::123456789012:user/crm2', 'arn:aws:iam::123456789012:user/crm', false],
  ])('compares %s with the principal %s of a key: %s', (caller, configured, expected) => {
    expect(admits(caller, configured)).toBe(expected);
  });

  it('accepts the signature of IAM in the Authorization header', () => {
    const asked = request({
      principal: 'arn:aws:sts::123456789012:assumed-role/crm/s',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20270101/eu-central-1/execute-api' },
    });
    expect(accessOf(asked, keys, NOW)).toMatchObject({ ok: true, keyId: 'crm', via: 'iam' });
  });

  it('prefers the key for the session to the key for its role', () => {
    const caller = 'arn:aws:sts::123456789012:assumed-role/crm/night';
    const both = {
      role: key({ principal: 'arn:aws:iam::123456789012:role/crm' }),
      night: key({ principal: caller }),
    };
    expect(accessOf(request({ principal: caller }), both, NOW)).toMatchObject({ keyId: 'night' });
  });

  it('does not find a key without a principal', () => {
    expect(accessOf(request({ principal: 'undefined' }), { web: key({ secret: 'x' }) }, NOW).ok).toBe(false);
  });
});
