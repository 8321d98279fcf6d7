import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** The parts of undici that the functions need. Any other import of them fails the build. */
const UNDICI = `
  export { default as Client } from 'undici/lib/dispatcher/client.js';
  export { default as buildConnector } from 'undici/lib/core/connect.js';
`;

/**
 * Parts of undici that its client names and these functions never reach: HTTP/2 (`allowH2: false`, and node:http2 alone
 * takes 3 ms to load), bodies other than text, and the parser for processors without SIMD.
 */
const UNREACHED = /\/(client-h2|web\/fetch\/body|web\/fetch\/formdata|web\/webidl|llhttp-wasm)(\.js)?$/;

/** This client cannot be made without them. It is loaded only to start a runner. */
const NEEDS_EVENT_STREAMS = /[\\/]@aws-sdk[\\/]client-lambda[\\/]/;

/**
 * The SDK loads it for operations that stream events, and no function calls one. With it, esbuild would put each module of the
 * SDK's core into a function of its own, and keep all of it.
 */
const EVENT_STREAMS = /^@smithy\/core\/event-streams$/;

const CREDENTIALS = fileURLToPath(new URL('environment-credentials.ts', import.meta.url));

/** Leaves out the large parts that are never used in Lambda. They are nearly half of the load time. */
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
