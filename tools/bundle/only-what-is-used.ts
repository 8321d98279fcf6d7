import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** The parts of undici that the functions need. An import of any other part fails the build. */
const UNDICI = `
  export { default as Client } from 'undici/lib/dispatcher/client.js';
  export { default as buildConnector } from 'undici/lib/core/connect.js';
`;

/**
 * Parts of undici that its client imports and the functions never use: HTTP/2, bodies other than text, and the parser for
 * processors without SIMD. The functions set `allowH2: false`. Loading node:http2 alone takes 3 ms.
 */
const UNREACHED = /\/(client-h2|web\/fetch\/body|web\/fetch\/formdata|web\/webidl|llhttp-wasm)(\.js)?$/;

/** The constructor of this client needs event streams. A function loads the client only to start a runner. */
const NEEDS_EVENT_STREAMS = /[\\/]@aws-sdk[\\/]client-lambda[\\/]/;

/**
 * The SDK loads this module for operations that stream events. No function calls such an operation. With this module, esbuild
 * would keep the whole of the SDK's core.
 */
const EVENT_STREAMS = /^@smithy\/core\/event-streams$/;

const CREDENTIALS = fileURLToPath(new URL('environment-credentials.ts', import.meta.url));

/** Leaves out large parts that the functions never use. They would take nearly half of the load time. */
export const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: CREDENTIALS }));

    build.onResolve({ filter: /^undici$/ }, ({ resolveDir }) => ({
      path: 'undici',
      namespace: 'used',
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: /.*/, namespace: 'used' }, ({ pluginData }) => ({
      contents: UNDICI,
      resolveDir: pluginData,
    }));

    build.onResolve({ filter: EVENT_STREAMS }, ({ path, importer }) =>
      NEEDS_EVENT_STREAMS.test(importer) ? undefined : { path, namespace: 'unreached' },
    );
    build.onResolve({ filter: UNREACHED }, ({ path, importer }) =>
      /[\\/]undici[\\/]lib[\\/]/.test(importer) ? { path, namespace: 'unreached' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'unreached' }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error(${JSON.stringify(`${path} is left out of this bundle`)}); };`,
    }));
  },
};
