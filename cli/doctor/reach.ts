import { connect } from 'node:net';
import { hostOf, portOf } from './address.ts';
import { fail, ok, type Verdict } from './finding.ts';
import { EventTimeout, firstEvent } from './first-event.ts';
import { RELOAD_HTTP } from './reload-advice.ts';

/** As long as the functions wait. */
const CONNECT_MS = 3000;

/** Checks whether the port accepts a TCP connection. */
export async function checkReach(url: URL): Promise<Verdict> {
  const started = performance.now();
  const socket = connect({ host: hostOf(url), port: portOf(url) });
  try {
    await firstEvent(socket, 'connect', CONNECT_MS);
    return ok(`port ${portOf(url)} accepts connections, after ${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    const code = codeOf(error);
    return fail(`no connection to ${url.host} (${code})`, cureOf(code, url));
  } finally {
    socket.destroy();
  }
}

/** Returns the shortest name of an error for a finding. */
export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof EventTimeout) return error.message;
  const inner = 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : undefined;
  const code = 'code' in error ? error.code : inner?.code;
  return String(code ?? error.name);
};

function cureOf(code: string, url: URL): string {
  if (code !== 'ECONNREFUSED')
    return 'check the address in the url. Let this machine and the functions through the firewall to this port';
  const nothing = `nothing listens on port ${portOf(url)}`;
  const where = '(`ss -ltnp` shows where Asterisk listens)';
  if (url.protocol === 'http:')
    return `${nothing} ${where}. Check the port in the url. Check enabled, bindaddr and bindport in [general] of http.conf`;
  return `${nothing} ${where}. In the first [general] of http.conf (Asterisk ignores a second [general]), set tlsenable=yes, and tlsbindaddr with the port of the url. The files of tlscertfile and tlsprivatekey must exist and belong together, and the user asterisk must be able to read them. Otherwise Asterisk does not listen, and only the log of Asterisk says so. Then ${RELOAD_HTTP}`;
}
