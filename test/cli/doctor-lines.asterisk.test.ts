import { expect, it } from 'vitest';
import { type AmiUser, describeOnAsterisk } from '../support/asterisk/index.ts';
import { diagnose, settingsFor } from '../support/cli/patient.ts';

describeOnAsterisk('doctor, for a route with a line', (pbx) => {
  /** The agents of the tests' dialplan have hints in the context internal. */
  async function findings(user: AmiUser, route: Record<string, unknown>) {
    const settings = settingsFor({ url: pbx.httpUrl, ...user }, { line: 'sales', ...route });
    const { findings: all } = await diagnose({ ...settings, 'lines/sales': { capacity: 4 } });
    return all
      .filter(({ check }) => check === 'line' || check === 'hints')
      .map(({ check, mark, found, cure }) => ({ check, mark, found, ...(cure && { cure }) }));
  }
  const { control, callback } = pbx.users;

  it('finds nothing wrong with a user who may control calls, and agents with hints', async () => {
    expect(await findings(control, { pool: ['3200', '3201'], hints: 'internal' })).toEqual([
      {
        check: 'line',
        mark: 'OK',
        found: 'the AMI user may read the status of calls of the line sales, and hang them up',
      },
      { check: 'hints', mark: 'OK', found: 'context internal has a hint for 3200, 3201' },
    ]);
  });

  it('refuses a user who may only place calls', async () => {
    expect(await findings(callback, { pool: ['3200'], hints: 'internal' })).toMatchObject([
      { check: 'line', mark: 'FAIL', cure: expect.stringContaining('write=originate,call,reporting') },
      { check: 'hints', mark: 'SKIP' },
    ]);
  });

  it('warns of agents without a hint, and of a context that does not exist', async () => {
    expect(await findings(control, { pool: ['3200', '3250'], hints: 'internal' })).toMatchObject([
      { check: 'line', mark: 'OK' },
      { check: 'hints', mark: 'WARN', found: expect.stringContaining('no hint for 3250,') },
    ]);
    expect(await findings(control, { agent: '3200', hints: 'elsewhere' })).toMatchObject([
      { check: 'line', mark: 'OK' },
      { check: 'hints', mark: 'WARN', found: expect.stringContaining('context elsewhere has no hint') },
    ]);
  });

  it('leaves the hints of agents whom requests name unchecked', async () => {
    expect(await findings(control, { hints: 'internal' })).toMatchObject([
      { check: 'line', mark: 'OK' },
      { check: 'hints', mark: 'SKIP', found: expect.stringContaining('names no agents') },
    ]);
  });
});
