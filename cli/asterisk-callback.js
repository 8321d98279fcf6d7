#!/usr/bin/env node
// Plain JavaScript without new syntax: an older Node.js must be able to read it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 19);

if (runsTypeScript) {
  const { run } = await import('./program.ts');
  await run(process.argv.slice(2));
} else {
  runWithNewerNode();
}

/** Starts the program again with the Node.js that `npm ci` installed. */
function runWithNewerNode() {
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(node)) {
    const folder = fileURLToPath(new URL('..', import.meta.url));
    console.error(
      `Node.js ${process.versions.node} is too old for asterisk-callback. Run \`npm ci\` in ${folder}: it installs a newer one there. Or install Node.js 24.`,
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (status, signal) => {
    if (signal === null) process.exit(status);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
