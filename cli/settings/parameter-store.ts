import {
  DeleteParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { bareRecord } from '../../lib/settings/settings.ts';
import type { Parameter, Parameters } from './parameter.ts';

/** Parameter Store under one path. Region, endpoint and credentials come from the environment. */
export interface ParameterStore {
  read(): Promise<Parameters>;
  /** @param replaces Whether the parameter exists already. */
  write(name: string, parameter: Parameter, replaces: boolean): Promise<void>;
  delete(name: string): Promise<void>;
}

/** AWS refused a request. The message contains no values of parameters. */
export class ParameterStoreError extends Error {
  override readonly name = 'StoreError';
}

export function openParameterStore(path: string, kmsKey: string | undefined): ParameterStore {
  const client = new SSMClient({ maxAttempts: 3 });
  return {
    read: () => explained('read', path, () => readTree(client, path)),
    write: (name, { type, value }, replaces) =>
      explained('written', `${path}/${name}`, async () => {
        await client.send(
          new PutParameterCommand({
            Name: `${path}/${name}`,
            Value: value,
            Type: type,
            Overwrite: replaces,
            ...(type === 'SecureString' && kmsKey !== undefined && { KeyId: kmsKey }),
          }),
        );
      }),
    delete: (name) =>
      explained('deleted', `${path}/${name}`, async () => {
        await client.send(new DeleteParameterCommand({ Name: `${path}/${name}` }));
      }),
  };
}

async function readTree(client: SSMClient, Path: string): Promise<Parameters> {
  const found = bareRecord<Parameter>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetParametersByPathCommand({ Path, Recursive: true, WithDecryption: true, NextToken }),
    );
    for (const { Name, Value, Type } of page.Parameters ?? [])
      if (Name !== undefined && Value !== undefined)
        found[Name.slice(Path.length + 1)] = {
          type: Type === 'SecureString' ? 'SecureString' : 'String',
          value: Value,
        };
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

async function explained<T>(done: string, what: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw new ParameterStoreError(`${what} could not be ${done}: ${cureOf(error)}`, { cause: error });
  }
}

/** Returns what to do. Uses only the name of the error, because messages of AWS may quote the value. */
function cureOf(error: unknown): string {
  const name = error instanceof Error ? error.name : 'unknown error';
  if (/region is missing/i.test(error instanceof Error ? error.message : ''))
    return 'no region is set. Set AWS_REGION';
  if (/AccessDenied|InvalidKeyId/.test(name))
    return `AWS denied access (${name}). Allow ssm:GetParametersByPath, ssm:PutParameter and ssm:DeleteParameter on this path, and kms:Decrypt and kms:Encrypt on the key of the SecureStrings`;
  if (/Credentials|Token|Signature|UnrecognizedClient/.test(name))
    return `AWS refused the credentials, or no credentials are set (${name}). Set AWS_PROFILE, or renew AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : name;
  return `${code}. Check AWS_REGION and the connection to AWS. Then run the command again. The command continues where it stopped`;
}
