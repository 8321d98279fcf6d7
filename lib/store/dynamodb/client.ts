import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The most time for DynamoDB, in milliseconds. */
export interface TimeLimits {
  connectMs: number;
  answerMs: number;
  /** The time for all attempts of one operation. */
  operationMs: number;
}

/**
 * Normally DynamoDB answers within 20 ms. Because a caller waits, a second attempt is better than a long wait for the first.
 */
export const TIME_LIMITS: TimeLimits = { connectMs: 500, answerMs: 800, operationMs: 2_000 };
const MAX_ATTEMPTS = 3;

/** Region, credentials and AWS_ENDPOINT_URL_DYNAMODB come from the environment, unless the caller names an endpoint. */
export function documentClient(
  endpoint: string | undefined,
  limits: TimeLimits,
  maxAttempts = MAX_ATTEMPTS,
): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint, limits, maxAttempts)), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

const clientConfig = (
  endpoint: string | undefined,
  { connectMs, answerMs }: TimeLimits,
  maxAttempts: number,
): DynamoDBClientConfig => ({
  maxAttempts,
  requestHandler: {
    connectionTimeout: connectMs,
    requestTimeout: answerMs,
    throwOnRequestTimeout: true,
  },
  ...(endpoint !== undefined && { endpoint }),
});
