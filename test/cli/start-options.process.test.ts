import { describe, expect, it } from 'vitest';
import { runTool } from '../support/cli/run-tool.ts';

describe('npx asterisk-callback start', { timeout: 60_000 }, () => {
  it.each(['99999', '65536', '-1', '1.5', ''])('refuses the port "%s"', async (port) => {
    const { status, output } = await runTool('start', [`--port=${port}`]);
    expect([status, output]).toEqual([1, expect.stringContaining('Use a number from 0 to 65535.')]);
  });

  it.runIf(process.platform === 'linux')('ends when the folder of --data cannot be created', async () => {
    const { status, output } = await runTool('start', ['--port', '0', '--data', '/proc/x']);
    expect([status, output]).toEqual([
      1,
      "--data /proc/x cannot be used: ENOENT: no such file or directory, mkdir '/proc/x'. Check the folder.\n",
    ]);
  });
});
