import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** A healthy answer takes under 20 ms. A second attempt is worth more than a long wait for the first. */
const CONNECT_MS = 500;
const ANSWER_MS = 800;
const MAX_ATTEMPTS = 3;
/** For all attempts of one operation: somebody waits for the callback. */
export const OPERATION_MS = 2_000;

/** Region, credentials and AWS_ENDPOINT_URL_DYNAMODB come from the environment, unless the caller names an endpoint. */
export function documentClient(endpoint?: string, maxAttempts = MAX_ATTEMPTS): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint, maxAttempts)), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

const clientConfig = (endpoint?: string, maxAttempts = MAX_ATTEMPTS): DynamoDBClientConfig => ({
  maxAttempts,
  requestHandler: {
    connectionTimeout: CONNECT_MS,
    requestTimeout: ANSWER_MS,
    throwOnRequestTimeout: true,
  },
  ...(endpoint !== undefined && { endpoint }),
});
