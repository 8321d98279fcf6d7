import { createInterface } from 'node:readline';
import { isAjamError } from '../../../lib/ajam/index.ts';
import { openSession, originate } from './simulated.ts';

/**
 * A process to be frozen, as Lambda freezes functions: it logs in, says `ready`, and for each line on its
 * standard input sends one Originate and says what came of it.
 */
const [url = '', maxIdleMs = '5000'] = process.argv.slice(2);
const session = await openSession({ url }, { maxIdleMs: Number(maxIdleMs) });
console.log('ready');
for await (const id of createInterface({ input: process.stdin })) {
  try {
    await session.send(originate(id));
    console.log('Success');
  } catch (error) {
    console.log(isAjamError(error) ? error.code : String(error));
  }
}
await session.logoff();
