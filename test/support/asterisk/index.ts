import { describe, inject, it } from 'vitest';
import { servicesOfThisWorker } from '../debian/worker-services.ts';
import { type Pbx, versions } from './types.ts';

export { readInvites } from './phones.ts';
export { readDigits } from './rtp-dtmf.ts';
export type { AmiUser, Certificates, KeyPair, Pbx } from './types.ts';
export { type Packet, type Watcher, watchEvents } from './watch-events.ts';

const services = inject('asterisk');
const pbxes = services ? await servicesOfThisWorker<Pbx[]>(services) : [];

/**
 * Describes something on each real Asterisk of this run. Counts as skipped where a version is missing. `others` are the PBXes of
 * the other versions.
 */
export function describeOnAsterisk(name: string, body: (pbx: Pbx, others: readonly Pbx[]) => void): void {
  if (services === undefined)
    throw new Error(
      'Only files named *.asterisk.test.ts or *.long.ts have a real Asterisk: rename this one.',
    );
  for (const version of versions) {
    const title = `${name} on Asterisk ${version}`;
    const pbx = pbxes.find((one) => one.version === version);
    const others = pbxes.filter((one) => one !== pbx);
    if (pbx) describe(title, () => body(pbx, others));
    else describe.skip(title, () => it('needs a real Asterisk', () => {}));
  }
}
