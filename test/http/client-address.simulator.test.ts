import { expect, it } from 'vitest';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { codeOf, openCallbackFunction } from '../support/http/callback-function.ts';
import { OFFICE_SECRET, settingsFor } from '../support/http/settings.ts';

/** The office key is for 198.51.100.0/24. */
const asOffice = (headers: Record<string, string>) => ({
  method: 'GET',
  url: '/callbacks/cb_01234567890123456789012345678901',
  headers: { authorization: `Bearer office.${OFFICE_SECRET}`, ...headers },
  sourceIp: '130.176.1.1',
});

const SECRET = 'origin-secret-0123456789';
const VIEWER = { 'cloudfront-viewer-address': '198.51.100.7:46532' };

it('A key with "from" is accepted behind CloudFront only if CloudFront proves itself and names an allowed client', async () => {
  await using simulator = await startSimulator();
  await using lambda = await openCallbackFunction({
    ...settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }),
    clientAddress: { header: 'cloudfront-viewer-address', secretHeader: 'x-origin-secret', secret: SECRET },
  });
  const code = async (headers: Record<string, string>) => codeOf(await lambda.ask(asOffice(headers)));
  expect(await code({ ...VIEWER, 'x-origin-secret': SECRET })).toBe('callback-not-found');
  expect(await code({ ...VIEWER, 'x-origin-secret': 'guess-0123456789abc' })).toBe('source-not-allowed');
  expect(await code(VIEWER)).toBe('source-not-allowed');
  const elsewhere = { 'cloudfront-viewer-address': '203.0.113.7:46532', 'x-origin-secret': SECRET };
  expect(await code(elsewhere)).toBe('source-not-allowed');
});
