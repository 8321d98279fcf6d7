import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** Short limits, because a caller waits. If the invocation is lost, the next tick starts the runner. */
const LIMITS = { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true };
const MAX_ATTEMPTS = 2;

let client: LambdaClient | undefined;

/** Invokes a function asynchronously. Returns when Lambda has accepted the event. */
export async function invokeLater(functionName: string, event: object): Promise<void> {
  client ??= new LambdaClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: LIMITS });
  await client.send(
    new InvokeCommand({
      FunctionName: functionName,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
}
