import { setTimeout } from 'node:timers/promises';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { unpackParameters } from './packed-parameters.ts';
import { bareRecord } from './settings.ts';
import { SettingsError, type SettingsErrorCode } from './settings-error.ts';

/** A caller waits. So there is only one retry, and the time-outs are short. */
const MAX_ATTEMPTS = 2;
const CONNECT_MS = 1_000;
const ANSWER_MS = 2_000;

/**
 * Parameter Store serves 40 requests a second for the whole account, and throttles the others. A burst of cold starts
 * needs a few seconds to get through, so a throttled request tries again for this long, after random pauses.
 */
const THROTTLED_MS = 4_500;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 1_000;
const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded/;

/** GetParametersByPath returns at most 10. */
const PAGE = 10;

/**
 * Returns a reader of all parameters under `path` (such as `/asterisk-callback/prod`), with their names without the path and their
 * decrypted values. Region, endpoint and credentials come
 * from the environment. The reader keeps its client, so that later reads use the open connection.
 *
 * The reader throws SettingsError SETTINGS_DENIED or SETTINGS_UNREACHABLE.
 */
export function createParameterReader(path: string) {
  const root = `/${path.replace(/^\/+|\/+$/g, '')}`;
  let client: SSMClient | undefined;
  return async (signal?: AbortSignal): Promise<Record<string, unknown>> => {
    try {
      client ??= new SSMClient({
        maxAttempts: MAX_ATTEMPTS,
        requestHandler: {
          connectionTimeout: CONNECT_MS,
          requestTimeout: ANSWER_MS,
          throwOnRequestTimeout: true,
        },
      });
      return await readUnpacked(client, root, signal);
    } catch (error) {
      throw error instanceof SettingsError ? error : explainFailure(error, root);
    }
  };
}

/** Reads once more if the parts do not fit together: during a push, one page may be older than another. */
async function readUnpacked(
  client: SSMClient,
  root: string,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  try {
    return unpackParameters(await readTree(client, root, signal));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    await setTimeout(FIRST_PAUSE_MS, undefined, signal && { signal });
    return unpackParameters(await readTree(client, root, signal));
  }
}

async function readTree(
  client: SSMClient,
  root: string,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  const parameters = bareRecord<string>();
  const deadline = performance.now() + THROTTLED_MS;
  const query = { Path: root, Recursive: true, WithDecryption: true, MaxResults: PAGE };
  let NextToken: string | undefined;
  do {
    const command = new GetParametersByPathCommand(NextToken === undefined ? query : { ...query, NextToken });
    const page = await whileThrottled(
      () => client.send(command, signal ? { abortSignal: signal } : {}),
      deadline,
      signal,
    );
    for (const { Name, Value } of page.Parameters ?? [])
      if (Name !== undefined && Value !== undefined)
        parameters[Name.slice(root === '/' ? 1 : root.length + 1)] = Value;
    NextToken = page.NextToken;
  } while (NextToken);
  return parameters;
}

/** Repeats an attempt until Parameter Store does not throttle it, or the deadline on the monotonic clock is near. */
async function whileThrottled<T>(
  attempt: () => Promise<T>,
  deadline: number,
  signal?: AbortSignal,
): Promise<T> {
  for (let longest = FIRST_PAUSE_MS; ; longest = Math.min(2 * longest, MAX_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const pause = Math.random() * longest;
      const isThrottled = error instanceof Error && THROTTLED.test(error.name);
      if (!isThrottled || performance.now() + pause > deadline) throw error;
      await setTimeout(pause, undefined, signal && { signal });
    }
  }
}

const DENIED = /^(AccessDenied|KMSAccessDenied|InvalidKeyId)/;
const BAD_CREDENTIALS =
  /^(UnrecognizedClient|InvalidSignature|IncompleteSignature|ExpiredToken|InvalidClientTokenId|MissingAuthenticationToken|CredentialsProviderError)/;

/** Converts an error of the SDK. The message has its name. The whole error is the cause. */
function explainFailure(error: unknown, root: string): SettingsError {
  const { name, message } = error instanceof Error ? error : { name: 'unknown error', message: '' };
  const failure = (code: SettingsErrorCode, text: string) => new SettingsError(code, text, { cause: error });
  if (DENIED.test(name))
    return failure(
      'SETTINGS_DENIED',
      `AWS does not allow reading the settings under ${root} (${name}): allow ssm:GetParametersByPath on ` +
        `arn:aws:ssm:REGION:ACCOUNT:parameter${root === '/' ? '' : root}/* and the same without /*, and kms:Decrypt ` +
        'on the key of its SecureStrings',
    );
  if (BAD_CREDENTIALS.test(name))
    return failure(
      'SETTINGS_DENIED',
      `AWS does not accept the credentials for the settings under ${root} (${name}): give the function a role in ` +
        'Lambda, elsewhere renew AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. ' +
        'They need ssm:GetParametersByPath and kms:Decrypt',
    );
  const cause =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : name;
  const cure = /region is missing/i.test(message)
    ? 'no region is set. Set AWS_REGION'
    : `${cause}. The next request tries again. If it keeps failing, check AWS_REGION and, in a VPC, the route to the SSM endpoint`;
  return failure('SETTINGS_UNREACHABLE', `Could not read ${root} from Parameter Store: ${cure}`);
}
