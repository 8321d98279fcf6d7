import { beforeAll, describe, expect, it } from 'vitest';
import { type AjamOptions, AjamSession } from '../../lib/ajam/index.ts';
import { failureOf, openSession, simulate, USER } from '../support/ajam/simulated.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';
import { type Certificates, describeOnAsterisk, type KeyPair } from '../support/asterisk/index.ts';

describeOnAsterisk('the AJAM client over TLS', ({ httpUrl, httpsUrl, users, certificates }) => {
  const open = (options: Partial<AjamOptions> = {}) =>
    AjamSession.open({ url: httpsUrl, ...users.callback, ...options });

  it.each([
    ['the private CA', certificates.ca],
    ["the server's own certificate", certificates.server.cert],
    ['a bundle that has the CA in it', certificates.otherCa + certificates.ca],
  ])('trusts %s', async (_what, ca) => {
    const session = await open({ ca });
    await session.send({ action: 'Ping' });
    await session.logoff();
  });

  it('accepts each name of the certificate', async () => {
    const session = await open({ ca: certificates.ca, url: httpsUrl.replace('127.0.0.1', 'localhost') });
    await session.logoff();
  });

  it.each([
    ['another CA', certificates.otherCa],
    ['nothing', undefined],
    ['the certificate of another server', certificates.otherHost.cert],
  ])('refuses the certificate of the PBX with %s as ca', async (_what, ca) => {
    const failure = await failureOf(open({ ca }));
    expect(failure).toMatchObject({ code: 'AJAM_CERTIFICATE', mayHaveRun: false });
    expect(failure.error.message).toMatch(/Set ca to the private CA \(or to the certificate itself\)/);
  });

  it('says in its error that http:// met a TLS port', async () => {
    const failure = await failureOf(open({ url: httpsUrl.replace('https', 'http') }));
    expect(failure.error.message).toMatch(/https/);
    expect(failure.ms).toBeLessThan(3000);
  });

  it('says in its error that https:// met a plain HTTP port', async () => {
    const failure = await failureOf(open({ url: httpUrl.replace('http', 'https'), ca: certificates.ca }));
    expect(failure).toMatchObject({ code: 'AJAM_UNREACHABLE', mayHaveRun: false });
    expect(failure.error.message).toMatch(/port of plain HTTP/);
  });
});

describe('the AJAM client over TLS', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  const openWith = async (tls: KeyPair, ca: string) => {
    await using pbx = await simulate({ tls });
    const session = await openSession(pbx, { ca });
    await session.logoff();
  };

  it('refuses an expired certificate', async () => {
    const failure = await failureOf(openWith(certificates.expired, certificates.ca));
    expect(failure).toMatchObject({ code: 'AJAM_CERTIFICATE', mayHaveRun: false });
    expect(failure.error.message).toMatch(/expired. Renew it/);
  });

  it('refuses an expired certificate even if it is given as ca', async () => {
    const failure = await failureOf(openWith(certificates.expired, certificates.expired.cert));
    expect(failure).toMatchObject({ code: 'AJAM_CERTIFICATE', mayHaveRun: false });
  });

  it('refuses a certificate for another host name', async () => {
    const failure = await failureOf(openWith(certificates.otherHost, certificates.ca));
    expect(failure).toMatchObject({ code: 'AJAM_CERTIFICATE', mayHaveRun: false });
    expect(failure.error.message).toMatch(/another host name/);
  });

  it('refuses a certificate for another host name even if it is given as ca', async () => {
    const { otherHost } = certificates;
    const failure = await failureOf(openWith(otherHost, otherHost.cert));
    expect(failure).toMatchObject({ code: 'AJAM_CERTIFICATE', mayHaveRun: false });
  });

  it.each([
    ['noise', 'no certificate at all'],
    ['a damaged PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('says in its error that the ca is not PEM: %s', async (_what, ca) => {
    const failure = await failureOf(openWith(certificates.server, ca));
    expect(failure).toMatchObject({ code: 'AJAM_CERTIFICATE', mayHaveRun: false });
    expect(failure.error.message).toMatch(/PEM/);
  });

  it('sends no secret to a server whose certificate has another name', async () => {
    await using other = await simulate({ tls: certificates.otherHost });
    await failureOf(AjamSession.open({ url: other.url, ...USER, ca: certificates.ca }));
    expect(other.requests).toEqual([]);
  });
});
