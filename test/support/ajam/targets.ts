import { afterAll, beforeAll, describe } from 'vitest';
import { type Simulator, startSimulator } from '../../../local/simulator/index.ts';
import { makeCertificates } from '../asterisk/certificates.ts';
import { describeOnAsterisk } from '../asterisk/index.ts';

export interface Target {
  url: string;
  ca: string | undefined;
  users: Record<'callback' | 'control' | 'blind' | 'readonly', { username: string; secret: string }>;
}

const secret = 'simulated-secret';
const USERS = {
  callback: { username: 'callback', secret, read: 'call', write: 'originate' },
  control: { username: 'control', secret, read: 'call', write: 'originate,call,reporting' },
  blind: { username: 'blind', secret, write: 'originate' },
  readonly: { username: 'readonly', secret, read: 'call' },
};

/**
 * Describes the same on the simulator and on every real Asterisk, over HTTP and over TLS with a private CA. A difference between
 * them is a bug of the simulator.
 */
export function describeOnEveryPbx(name: string, body: (target: () => Target) => void): void {
  for (const scheme of ['http', 'https'] as const) {
    describe(`${name} on the simulator over ${scheme}`, () => {
      let simulator: Simulator;
      let ca: string | undefined;
      beforeAll(async () => {
        const certificates = scheme === 'https' ? await makeCertificates() : undefined;
        ca = certificates?.ca;
        simulator = await startSimulator({
          users: Object.values(USERS),
          timeScale: 0.1,
          ...(certificates && { tls: certificates.server }),
        });
      });
      afterAll(() => simulator.close());
      body(() => ({ url: simulator.url, ca, users: USERS }));
    });
    describeOnAsterisk(`${name} over ${scheme}`, (pbx) => {
      const target = scheme === 'http' ? { url: pbx.httpUrl, ca: undefined } : { url: pbx.httpsUrl };
      body(() => ({ ...pbx, ...target }));
    });
  }
}
