import { createInterface } from 'node:readline';
import { isAjamError } from '../../../lib/ajam/index.ts';
import { openSession, originate } from './simulated.ts';

/**
 * A process that a test freezes, as Lambda freezes functions. It logs in and prints `ready`. For each line of its standard
 * input it sends one Originate and prints the result.
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
