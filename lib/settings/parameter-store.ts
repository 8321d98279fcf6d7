import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { bareRecord } from './settings.ts';
import { SettingsError } from './settings-error.ts';

/** Reads all parameters under the path: names without the path, decrypted values. */
export type ParameterReader = (signal?: AbortSignal) => Promise<Record<string, string>>;

/** Somebody waits for his call: one repetition, and no wait that is longer than a healthy answer ever takes. */
const MAX_ATTEMPTS = 2;
const CONNECT_MS = 1_000;
const ANSWER_MS = 2_000;

/** The most that GetParametersByPath gives at once. */
const PAGE = 10;

/**
 * A reader of the tree under `path` (such as `/asterisk-callback/prod`). Region, endpoint and credentials come from the
 * environment. The client is kept, so that later reads find the connection open.
 * Throws SettingsError `SETTINGS_DENIED` or `SETTINGS_UNREACHABLE`.
 */
export function createParameterReader(path: string): ParameterReader {
  const root = `/${path.replace(/^\/+|\/+$/g, '')}`;
  let client: SSMClient | undefined;
  return async (signal) => {
    try {
      client ??= new SSMClient({
        maxAttempts: MAX_ATTEMPTS,
        requestHandler: {
          connectionTimeout: CONNECT_MS,
          requestTimeout: ANSWER_MS,
          throwOnRequestTimeout: true,
        },
      });
      return await readTree(client, root, signal);
    } catch (error) {
      throw explainFailure(error, root);
    }
  };
}

async function readTree(
  client: SSMClient,
  root: string,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  const parameters = bareRecord<string>();
  const query = { Path: root, Recursive: true, WithDecryption: true, MaxResults: PAGE };
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetParametersByPathCommand(NextToken === undefined ? query : { ...query, NextToken }),
      signal ? { abortSignal: signal } : {},
    );
    for (const { Name, Value } of page.Parameters ?? [])
      if (Name !== undefined && Value !== undefined)
        parameters[Name.slice(root === '/' ? 1 : root.length + 1)] = Value;
    NextToken = page.NextToken;
  } while (NextToken);
  return parameters;
}

const DENIED = /^(AccessDenied|KMSAccessDenied|InvalidKeyId)/;
const BAD_CREDENTIALS =
  /^(UnrecognizedClient|InvalidSignature|IncompleteSignature|ExpiredToken|InvalidClientTokenId|MissingAuthenticationToken|CredentialsProviderError)/;

/** Every error of the SDK as one of ours; only its name goes into the message, the whole of it stays as the cause. */
function explainFailure(error: unknown, root: string): SettingsError {
  const name = error instanceof Error ? error.name : 'unknown error';
  if (DENIED.test(name))
    return new SettingsError(
      'SETTINGS_DENIED',
      `AWS does not let this function read its settings under ${root} (${name}): allow ssm:GetParametersByPath on ` +
        `arn:aws:ssm:REGION:ACCOUNT:parameter${root === '/' ? '' : root}/* and the same without /*, and kms:Decrypt ` +
        'on the key of its SecureStrings',
      { cause: error },
    );
  if (BAD_CREDENTIALS.test(name))
    return new SettingsError(
      'SETTINGS_DENIED',
      `AWS does not take the credentials with which the settings under ${root} were asked for (${name}): in Lambda ` +
        'give the function a role, elsewhere renew AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; ' +
        'the role needs ssm:GetParametersByPath and kms:Decrypt',
      { cause: error },
    );
  const cause =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : name;
  const cure = /region is missing/i.test(error instanceof Error ? error.message : '')
    ? 'no region is set, set AWS_REGION'
    : `${cause}; it is tried again with the next request. If it stays so, check AWS_REGION and, in a VPC, the way to the SSM endpoint`;
  return new SettingsError(
    'SETTINGS_UNREACHABLE',
    `Parameter Store could not be asked for ${root}: ${cure}`,
    {
      cause: error,
    },
  );
}
