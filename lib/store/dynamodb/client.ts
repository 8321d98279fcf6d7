import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export interface TimeLimits {
  connectMs: number;
  answerMs: number;
  /** For all attempts of one operation. */
  operationMs: number;
}

/** DynamoDB normally answers within 20 ms. A caller waits, so a second attempt is better than a long wait. */
export const TIME_LIMITS: TimeLimits = { connectMs: 500, answerMs: 800, operationMs: 2_000 };
const MAX_ATTEMPTS = 3;

/** The SDK reads the region, the credentials and AWS_ENDPOINT_URL_DYNAMODB from the environment. */
export function documentClient(
  endpoint: string | undefined,
  { connectMs, answerMs }: TimeLimits,
  maxAttempts = MAX_ATTEMPTS,
): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    maxAttempts,
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
    ...(endpoint !== undefined && { endpoint }),
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
