import { beforeEach, describe, inject, it } from 'vitest';
import { type ParameterStoreStandIn, startParameterStore } from '../../../local/parameter-store.ts';
import { servicesOfThisWorker } from '../debian/worker-services.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Starts a stand-in that a process with `environmentFor(url)` may read and write. */
export const startTestStore = (
  path: string,
  seed: Readonly<Record<string, unknown>> = {},
): Promise<ParameterStoreStandIn> =>
  startParameterStore(path, seed, { credentials: CREDENTIALS, writable: true });

/** Returns the variables that make the AWS SDK of a process use a store, without an AWS account. */
export const environmentFor = (url: string): Record<string, string> => ({
  AWS_ENDPOINT_URL_SSM: url,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
});

const services = inject('moto');
const moto = services ? await servicesOfThisWorker<string>(services) : undefined;

/** Describes something on the stand-in for Parameter Store and on moto. Each test finds the store empty. */
export function describeOnParameterStores(name: string, body: (url: () => string) => void): void {
  describe(`${name}, on the stand-in`, () => {
    let store: ParameterStoreStandIn;
    beforeEach(async () => {
      store = await startTestStore('/');
      return () => store.close();
    });
    body(() => store.url);
  });

  if (services === undefined) throw new Error('Only files named *.aws.test.ts have moto: rename this one.');
  const title = `${name}, on moto`;
  if (moto === undefined) {
    describe.skip(title, () => it('needs moto', () => {}));
    return;
  }
  describe(title, () => {
    beforeEach(async () => {
      await fetch(`${moto}/moto-api/reset`, { method: 'POST' });
    });
    body(() => moto);
  });
}
