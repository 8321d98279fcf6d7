import { isSecureParameter } from '../lib/settings/settings.ts';
import type { Credentials } from './aws-signature.ts';
import { AwsRefusal, randomCredentials, startStandIn } from './aws-stand-in.ts';

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

interface Parameter {
  Name: string;
  Type: 'String' | 'SecureString' | 'StringList';
  Value: string;
  Version: number;
}

/** The fields of a request that the operations read. */
type Input = {
  readonly [field in 'Path' | 'Recursive' | 'WithDecryption' | 'MaxResults' | 'NextToken']?: unknown;
} & {
  readonly [field in 'Name' | 'Value' | 'Type' | 'Overwrite']?: unknown;
};

type Operations = Readonly<Record<string, (input: Input) => unknown>>;

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

const readOperations = (parameters: ReadonlyMap<string, Parameter>): Operations => ({
  GetParametersByPath: (input) => {
    const root = `${String(input.Path).replace(/\/+$/, '')}/`;
    const below = [...parameters.values()]
      .filter(({ Name }) => Name.startsWith(root))
      .filter(({ Name }) => input.Recursive === true || !Name.slice(root.length).includes('/'))
      .sort((a, b) => (a.Name < b.Name ? -1 : 1));
    const size = Number(input.MaxResults ?? 10);
    if (!(size >= 1 && size <= 10))
      throw new AwsRefusal('ValidationException', 'MaxResults must be from 1 to 10');
    const from = Number(input.NextToken ?? 0);
    const page = below.slice(from, from + size).map((parameter) => shown(parameter, input));
    return { Parameters: page, ...(from + size < below.length ? { NextToken: String(from + size) } : {}) };
  },
  GetParameter: (input) => {
    const parameter = parameters.get(String(input.Name));
    if (!parameter) throw new AwsRefusal('ParameterNotFound', '');
    return { Parameter: shown(parameter, input) };
  },
});

const writeOperations = (parameters: Map<string, Parameter>): Operations => ({
  PutParameter: (input) => {
    const Name = String(input.Name);
    if (parameters.has(Name) && input.Overwrite !== true)
      throw new AwsRefusal('ParameterAlreadyExists', 'The parameter already exists.');
    const Value = String(input.Value);
    if (Buffer.byteLength(Value) > 4096)
      throw new AwsRefusal(
        'ValidationException',
        'Standard tier parameters support a maximum of 4096 characters.',
      );
    const Type = input.Type === 'SecureString' ? 'SecureString' : 'String';
    const before = parameters.get(Name)?.Type ?? Type;
    if (before !== Type)
      throw new AwsRefusal('HierarchyTypeMismatchException', `The parameter is a ${before} and stays one.`);
    return { Version: write(parameters, Name, Value, Type), Tier: 'Standard' };
  },
  DeleteParameter: (input) => {
    if (parameters.delete(String(input.Name))) return {};
    throw new AwsRefusal('ParameterNotFound', '');
  },
});

function write(
  parameters: Map<string, Parameter>,
  Name: string,
  Value: string,
  Type: Parameter['Type'],
): number {
  const Version = (parameters.get(Name)?.Version ?? 0) + 1;
  parameters.set(Name, { Name, Type, Value, Version });
  return Version;
}

/** Returns a parameter as AWS returns it. Without `WithDecryption`, the value of a SecureString is not readable. */
function shown(parameter: Parameter, input: Input): Parameter {
  if (parameter.Type !== 'SecureString' || input.WithDecryption === true) return parameter;
  const garbled = Buffer.from([...parameter.Value].reverse().join('')).toString('base64');
  return { ...parameter, Value: `AQICAH${garbled}` };
}
