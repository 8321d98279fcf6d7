import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../lib/auth/client-address.ts';

const PROXIES = ['10.0.0.0/16', '2001:db8:1::/48'];
const BEHIND = { header: 'x-forwarded-for', proxies: PROXIES };
const behind = (forwarded: string | undefined, sourceIp = '10.0.1.2') =>
  clientAddress(
    { sourceIp, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } },
    BEHIND,
  );

describe('clientAddress without the setting', () => {
  it('is the address that AWS reports, whatever headers say', () => {
    const headers = { 'x-forwarded-for': '203.0.113.7', 'cloudfront-viewer-address': '203.0.113.7:1' };
    expect(clientAddress({ sourceIp: '198.51.100.1', headers }, undefined)).toBe('198.51.100.1');
  });
});

describe('clientAddress behind proxies with known addresses', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:52100', '203.0.113.7'],
    ['[2001:db8:2::7]:52100', '2001:db8:2::7'],
    ['2001:db8:2::7', '2001:db8:2::7'],
    ['203.0.113.7, 10.0.9.9', '203.0.113.7'],
    ['203.0.113.7,2001:db8:1::9 , 10.0.9.9:443', '203.0.113.7'],
  ])('is the last entry that is no proxy: %s', (forwarded, client) => {
    expect(behind(forwarded)).toBe(client);
  });

  it('is not what the client wrote in front', () => {
    expect(behind('198.51.100.99, 203.0.113.7, 10.0.9.9')).toBe('203.0.113.7');
    expect(behind('10.0.0.1, 203.0.113.7')).toBe('203.0.113.7');
  });

  it('is the own address of a request that did not come through a proxy', () => {
    expect(behind('198.51.100.99', '203.0.113.50')).toBe('203.0.113.50');
  });

  it.each([undefined, '', ' , ', 'unknown', '203.0.113.7, secret', '10.0.9.9', '203.0.113.7,', '127.1'])(
    'is unknown when the header names no client: %s',
    (forwarded) => {
      expect(behind(forwarded)).toBe('');
    },
  );

  it('is unknown with a list that no proxies wrote', () => {
    expect(behind(Array(1000).fill('203.0.113.7').join(','))).toBe('');
  });
});

describe('clientAddress behind a proxy that proves itself by a secret', () => {
  const SECRET = 'origin-secret-0123456789';
  const setting = {
    header: 'cloudfront-viewer-address',
    secretHeader: 'x-origin-secret',
    secret: ['next-secret-0123456789', SECRET],
  };
  const through = (headers: Record<string, string>) =>
    clientAddress({ sourceIp: '130.176.1.1', headers }, setting);

  it.each([
    ['203.0.113.7:46532', '203.0.113.7'],
    ['2001:db8:2::7:4653', '2001:db8:2::7'],
    ['2001:db8:2:0:0:0:0:7:46532', '2001:db8:2:0:0:0:0:7'],
  ])('is the address in the header: %s', (written, client) => {
    for (const secret of setting.secret)
      expect(through({ 'x-origin-secret': secret, 'cloudfront-viewer-address': written })).toBe(client);
  });

  it.each(['', 'wrong-secret-0123456789', `${SECRET},${SECRET}`])(
    'is unknown without the secret: %s',
    (secret) => {
      const headers = { 'x-origin-secret': secret, 'cloudfront-viewer-address': '203.0.113.7:1' };
      expect(through(headers)).toBe('');
      expect(through({ 'cloudfront-viewer-address': '203.0.113.7:1' })).toBe('');
    },
  );

  it.each(['', '203.0.113.7', '203.0.113.7:1,198.51.100.1:1', 'x:1'])(
    'is unknown when the header is not one address with a port: %s',
    (written) => {
      expect(through({ 'x-origin-secret': SECRET, 'cloudfront-viewer-address': written })).toBe('');
    },
  );

  it('takes a header with one address and no port from other proxies', () => {
    const headers = { 'x-origin-secret': SECRET, 'x-real-ip': '2001:db8::7' };
    expect(clientAddress({ sourceIp: '', headers }, { ...setting, header: 'x-real-ip' })).toBe('2001:db8::7');
  });
});
