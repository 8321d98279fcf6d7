import { describe, inject, it } from 'vitest';
import { type Pbx, versions } from './types.ts';

export { readInvites } from './phones.ts';
export { readDigits } from './rtp-dtmf.ts';
export type { AmiUser, Certificates, KeyPair, Pbx } from './types.ts';
export { type Packet, type Watcher, watchEvents } from './watch-events.ts';

/** Describes something on each real Asterisk of this run; counts as skipped where there is none. */
export function describeOnAsterisk(name: string, body: (pbx: Pbx) => void): void {
  for (const version of versions) {
    const title = `${name} on Asterisk ${version}`;
    const pbx = inject('asterisk').find((one) => one.version === version);
    if (pbx) describe(title, () => body(pbx));
    else describe.skip(title, () => it('needs a real Asterisk', () => {}));
  }
}
