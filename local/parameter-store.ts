import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSecureParameter } from '../lib/settings/parameter-names.ts';

/** What may go wrong with the next requests, until it is set to undefined again. */
export type ParameterStoreFault =
  | 'AccessDeniedException'
  | 'ThrottlingException'
  | 'InternalServerError'
  | 'hang';

export interface ParameterStore {
  /** For AWS_ENDPOINT_URL_SSM. */
  readonly url: string;
  /** The operations asked for, in order, faulty ones too. */
  readonly requests: readonly string[];
  fault: ParameterStoreFault | undefined;
  /** By the name without the path; an object is stored as JSON. */
  put(name: string, value: unknown): void;
  delete(name: string): void;
  close(): Promise<void>;
}

interface Parameter {
  Name: string;
  Type: 'String' | 'SecureString' | 'StringList';
  Value: string;
  Version: number;
}

/** What the operations read of a request. */
type Input = {
  readonly [field in 'Path' | 'Recursive' | 'WithDecryption' | 'MaxResults' | 'NextToken']?: unknown;
} & {
  readonly [field in 'Name' | 'Value' | 'Type' | 'Overwrite']?: unknown;
};

class Refusal extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/**
 * A stand-in of SSM Parameter Store on a free port of 127.0.0.1 that the AWS SDK talks to (JSON 1.1 over HTTP). It
 * knows GetParametersByPath, GetParameter, PutParameter and DeleteParameter; it wants requests signed but does not check by whom.
 */
export async function startParameterStore(
  path: string,
  seed: Readonly<Record<string, unknown>> = {},
): Promise<ParameterStore> {
  const parameters = new Map<string, Parameter>();
  const requests: string[] = [];
  const write = (Name: string, Value: string, Type: Parameter['Type']) => {
    const Version = (parameters.get(Name)?.Version ?? 0) + 1;
    parameters.set(Name, { Name, Type, Value, Version });
    return Version;
  };

  const operations: Record<string, (input: Input) => unknown> = {
    GetParametersByPath: (input) => {
      const root = `${String(input.Path).replace(/\/+$/, '')}/`;
      const below = [...parameters.values()]
        .filter(({ Name }) => Name.startsWith(root))
        .filter(({ Name }) => input.Recursive === true || !Name.slice(root.length).includes('/'))
        .sort((a, b) => (a.Name < b.Name ? -1 : 1));
      const size = Number(input.MaxResults ?? 10);
      if (!(size >= 1 && size <= 10))
        throw new Refusal('ValidationException', 'MaxResults must be from 1 to 10');
      const from = Number(input.NextToken ?? 0);
      const page = below.slice(from, from + size).map((parameter) => shown(parameter, input));
      return { Parameters: page, ...(from + size < below.length ? { NextToken: String(from + size) } : {}) };
    },
    GetParameter: (input) => {
      const parameter = parameters.get(String(input.Name));
      if (!parameter) throw new Refusal('ParameterNotFound', '');
      return { Parameter: shown(parameter, input) };
    },
    PutParameter: (input) => {
      const Name = String(input.Name);
      if (parameters.has(Name) && input.Overwrite !== true)
        throw new Refusal('ParameterAlreadyExists', 'The parameter already exists.');
      const Value = String(input.Value);
      if (Buffer.byteLength(Value) > 4096)
        throw new Refusal(
          'ValidationException',
          'Standard tier parameters support a maximum of 4096 characters.',
        );
      const Type = input.Type === 'SecureString' ? 'SecureString' : 'String';
      const before = parameters.get(Name)?.Type ?? Type;
      if (before !== Type)
        throw new Refusal('HierarchyTypeMismatchException', `The parameter is a ${before} and stays one.`);
      return { Version: write(Name, Value, Type), Tier: 'Standard' };
    },
    DeleteParameter: (input) => {
      if (parameters.delete(String(input.Name))) return {};
      throw new Refusal('ParameterNotFound', '');
    },
  };

  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^AmazonSSM\./, '');
    requests.push(operation);
    const input = await readBody(request);
    if (store.fault === 'hang') return;
    if (store.fault) return refuse(response, store.fault, 'A fault that was asked for.');
    try {
      checkSigned(request);
      const run = operations[operation];
      if (!run) throw new Refusal('UnknownOperationException', operation);
      reply(response, 200, run(JSON.parse(input)));
    } catch (error) {
      if (error instanceof Refusal) refuse(response, error.type, error.message);
      else refuse(response, 'SerializationException', 'The body is no JSON.');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const nameOf = (name: string) => `${path.replace(/\/+$/, '')}/${name}`;
  const store: ParameterStore = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fault: undefined,
    put: (name, value) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      write(nameOf(name), text, isSecureParameter(name) ? 'SecureString' : 'String');
    },
    delete: (name) => {
      parameters.delete(nameOf(name));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  for (const [name, value] of Object.entries(seed)) store.put(name, value);
  return store;
}

/** Who does not ask for decryption gets what KMS made of it, as from AWS. */
function shown(parameter: Parameter, input: Input): Parameter {
  if (parameter.Type !== 'SecureString' || input.WithDecryption === true) return parameter;
  const garbled = Buffer.from([...parameter.Value].reverse().join('')).toString('base64');
  return { ...parameter, Value: `AQICAH${garbled}` };
}

function checkSigned(request: IncomingMessage): void {
  const signed =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[^/]+\/ssm\/aws4_request, ?SignedHeaders=.*Signature=/;
  if (!signed.test(request.headers.authorization ?? ''))
    throw new Refusal('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const reply = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, type: string, message: string): void =>
  reply(response, type === 'InternalServerError' ? 500 : 400, { __type: type, message });
