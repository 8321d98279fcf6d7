import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, makeOnce } from '../support/debian/roots.ts';

const VERSION = '4.0.2';
/** The Debian packages that npm compiles the client with. */
const TOOLS = 'cmake g++ make autoconf automake libtool xz-utils python3';

/**
 * Returns the path of AWS's own runtime client, the program that runs in a Lambda function and calls its handler. The
 * first call compiles it, so it is not a dependency of this project.
 */
export async function runtimeClient(): Promise<string> {
  const folder = join(cacheFolder(), `lambda-ric-${VERSION}`);
  const client = 'node_modules/aws-lambda-ric/index.mjs';
  // The pipe hides npm's exit status, so the last line checks what it made. The headers of any Node.js will do; those of
  // this machine need no download.
  const script = `
    dpkg -s ${TOOLS} >/dev/null 2>&1 || { apt-get update && apt-get install -y ${TOOLS}; } || exit 1
    test -e /usr/include/node/node_api.h && export npm_config_nodedir=/usr
    mkdir "$partial" && cd "$partial" && echo '{"private":true,"allowScripts":{"aws-lambda-ric":true}}' >package.json || exit 1
    npm install --no-save --no-audit --no-fund --foreground-scripts aws-lambda-ric@${VERSION} 2>&1 |
      grep --line-buffered -E '^(Extracting|Building|Error|npm error)|[Cc]omplete\\.$'
    test -e node_modules/aws-lambda-ric/rapid-client.node`;
  const made = await access(folder).then(
    () => true,
    () => false,
  );
  if (!made) await makeOnce(folder, 'runtime client', script);
  return join(folder, client);
}
