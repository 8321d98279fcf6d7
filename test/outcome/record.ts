/**
 * Records what real Asterisks tell of calls, as fixtures: `node test/outcome/record.ts [version…]`, as root.
 * Writes recordings/<version>.json; look at the difference before you keep it.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificates } from '../asterisk/certificates.ts';
import { type Packet, type Watcher, watchEvents } from '../asterisk/index-of-watchers.ts';
