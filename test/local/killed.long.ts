import { it } from 'vitest';
import { checkKills } from '../support/local/killed-processes.ts';

const KILLS = Number(process.env['KILLS'] ?? 100);

it(`npm start --data loses nothing that it acknowledged when it is killed ${KILLS} times, and dials nobody twice`, async () => {
  await checkKills(KILLS);
});
