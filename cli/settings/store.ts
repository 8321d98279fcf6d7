import {
  DeleteParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { Parameter, Parameters } from './parameter.ts';

/** Parameter Store below one path. Region, endpoint and credentials come from the environment. */
export interface Store {
  read(): Promise<Parameters>;
  /** `replaces`: it is there already. */
  write(name: string, parameter: Parameter, replaces: boolean): Promise<void>;
  delete(name: string): Promise<void>;
}

/** What AWS said, without anything of what was sent. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

export function openStore(path: string, kmsKey: string | undefined): Store {
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
  const found: Record<string, Parameter> = {};
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
    throw new StoreError(`${what} could not be ${done}: ${cureOf(error)}`, { cause: error });
  }
}

/** By its name alone: messages of validation quote the value. */
function cureOf(error: unknown): string {
  const name = error instanceof Error ? error.name : 'unknown error';
  if (/region is missing/i.test(error instanceof Error ? error.message : ''))
    return 'no region is set, set AWS_REGION';
  if (/AccessDenied|InvalidKeyId/.test(name))
    return `AWS does not allow it (${name}); allow ssm:GetParametersByPath, ssm:PutParameter, ssm:DeleteParameter on it, and kms:Decrypt and kms:Encrypt on the key of its SecureStrings`;
  if (/Credentials|Token|Signature|UnrecognizedClient/.test(name))
    return `AWS does not take the credentials, or there are none (${name}); set AWS_PROFILE, or renew AWS_ACCESS_KEY_ID and its like`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : name;
  return `${code}; check AWS_REGION and the way to AWS, then run it again: what is done is not done twice`;
}
