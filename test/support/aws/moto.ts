import { debianRoot } from '../debian/roots.ts';
import { startServer } from '../debian/server.ts';
import type { Started } from '../debian/worker-services.ts';

export const motoRoot = (): Promise<string> =>
  debianRoot('moto', 'trixie', 'python3-moto,python3-flask-cors');

/** Starts moto: a Parameter Store and an SQS that this project did not write. */
export const startMoto = async (): Promise<Started<string>> =>
  startServer(await motoRoot(), (port) => ['moto_server', '-p', String(port), '-H', '127.0.0.1']);
