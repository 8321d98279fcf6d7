import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** A caller waits for it, and the tick repairs what is lost. */
const LIMITS = { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true };
const MAX_ATTEMPTS = 2;

let client: LambdaClient | undefined;

/** Invokes a function asynchronously: Lambda has taken the event, and runs the function later. */
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
