import { isSecureParameter } from '../lib/settings/settings.ts';
import type { Credentials } from './aws-signature.ts';
import { AwsRefusal, randomCredentials, startStandIn } from './aws-stand-in.ts';
import { type Parameter, readOperations, write, writeOperations } from './parameter-operations.ts';

/** An error for all requests until `fault` becomes undefined. With `hang`, a request gets no response. */
export type ParameterStoreFault =
  | 'AccessDeniedException'
  | 'ThrottlingException'
  | 'InternalServerError'
  | 'hang';

export interface ParameterStoreStandIn {
  readonly url: string;
  /** Variables that make the AWS SDK use this stand-in. */
  readonly environment: Readonly<
    Record<'AWS_ENDPOINT_URL_SSM' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY', string>
  >;
  /** The operations of correctly signed requests, oldest first. */
  readonly requests: readonly string[];
  fault: ParameterStoreFault | undefined;
  /** Stores a parameter by its name without the path. An object becomes JSON. */
  put(name: string, value: unknown): void;
  delete(name: string): void;
  close(): Promise<void>;
}

interface Options {
  /** @default random credentials, which only this process knows. */
  credentials?: Credentials;
  /** Whether clients may also write and delete. @default false */
  writable?: boolean;
  /** Throttles further requests in a second, as AWS does for an account. @default no throttling */
  requestsPerSecond?: number;
}

/** Starts a stand-in of SSM Parameter Store for the AWS SDK. */
export async function startParameterStore(
  path: string,
  seed: Readonly<Record<string, unknown>> = {},
  { credentials = randomCredentials(), writable = false, requestsPerSecond }: Options = {},
): Promise<ParameterStoreStandIn> {
  const parameters = new Map<string, Parameter>();
  const requests: string[] = [];
  const operations = { ...readOperations(parameters), ...(writable && writeOperations(parameters)) };
  const isThrottled = throttleAt(requestsPerSecond);
  const { url, close } = await startStandIn({
    service: 'ssm',
    credentials,
    operate: (operation, body) => {
      requests.push(operation);
      if (isThrottled()) throw new AwsRefusal('ThrottlingException', 'Rate exceeded');
      if (store.fault === 'hang') return 'silence';
      if (store.fault) throw new AwsRefusal(store.fault, 'A test set this fault.');
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (!run) throw new AwsRefusal('UnknownOperationException', 'The stand-in has no such operation.');
      return run(JSON.parse(body));
    },
  });

  const nameOf = (name: string) => `${path.replace(/\/+$/, '')}/${name}`;
  const store: ParameterStoreStandIn = {
    url,
    environment: {
      AWS_ENDPOINT_URL_SSM: url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    requests,
    fault: undefined,
    put: (name, value) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      write(parameters, nameOf(name), text, isSecureParameter(name) ? 'SecureString' : 'String');
    },
    delete: (name) => {
      parameters.delete(nameOf(name));
    },
    close,
  };
  for (const [name, value] of Object.entries(seed)) store.put(name, value);
  return store;
}

/** Returns a function that says whether the next request is throttled. A token bucket holds the requests of one second. */
function throttleAt(perSecond = Number.POSITIVE_INFINITY): () => boolean {
  let left = perSecond;
  let filledAt = performance.now();
  return () => {
    if (perSecond === Number.POSITIVE_INFINITY) return false;
    const now = performance.now();
    left = Math.min(perSecond, left + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    if (left < 1) return true;
    left -= 1;
    return false;
  };
}
