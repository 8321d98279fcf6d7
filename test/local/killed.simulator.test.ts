import { it } from 'vitest';
import { checkKills } from '../support/local/killed-processes.ts';

it('npm start --data loses nothing that it acknowledged when it is killed eight times, and dials nobody twice', async () => {
  await checkKills(8);
}, 240_000);
