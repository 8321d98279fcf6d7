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
    return fail(`no connection to ${url.host} (${code})`, cureOf(code, url));
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

function cureOf(code: string, url: URL): string {
  if (code !== 'ECONNREFUSED')
    return 'a firewall or a route is in the way: let this machine, and the functions, reach that port; check the address in the url too';
  const nothing = `nothing listens on port ${portOf(url)}`;
  const where = '(`ss -ltnp` tells where Asterisk listens)';
  if (url.protocol === 'http:')
    return `${nothing}: check the port in the url, and enabled, bindaddr and bindport in http.conf ${where}`;
  return `${nothing}: see in http.conf that tlsenable=yes, that tlsbindaddr has the port of the url ${where}, and that the files of tlscertfile and tlsprivatekey are there, belong together and can be read by the user that Asterisk runs as: if not, it does not listen, and only its log says why. Then \`asterisk -rx "module reload http"\``;
}
