import { once } from 'node:events';
import { connect } from 'node:net';
import { hostOf, portOf } from './address.ts';
import { fail, ok, type Verdict } from './finding.ts';

/** As long as the functions themselves would wait. */
const CONNECT_MS = 3000;

/** Whether a TCP connection comes about. */
export async function checkReach(url: URL): Promise<Verdict> {
  const started = performance.now();
  const socket = connect({ host: hostOf(url), port: portOf(url) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
    return ok(`port ${portOf(url)} takes a connection after ${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    const code = codeOf(error);
    return fail(`no connection to ${url.host} (${code})`, cureOf(code, portOf(url)));
  } finally {
    socket.destroy();
  }
}

export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const inner = 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : undefined;
  const code = 'code' in error ? error.code : inner?.code;
  return error.name === 'AbortError' ? `nothing within ${CONNECT_MS} ms` : String(code ?? error.name);
};

function cureOf(code: string, port: number): string {
  if (code === 'ECONNREFUSED')
    return `nothing listens on port ${port}: check the port in the url, and bindaddr, bindport and tlsbindaddr in http.conf (\`ss -ltnp\` tells where Asterisk listens)`;
  return 'a firewall or a route is in the way: let this machine, and the functions, reach that port; check the address in the url too';
}
