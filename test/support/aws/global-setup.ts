import type { TestProject } from 'vitest/node';
import { type ServicesUrl, startWorkerServices } from '../debian/worker-services.ts';
import { dynamoDbRoot, startDynamoDbLocal } from './dynamodb-local.ts';
import { motoRoot, startMoto } from './moto.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Asked for the moto of a worker. Not set in projects without AWS emulators. */
    moto?: ServicesUrl;
    /** Asked for the DynamoDB Local that all workers share. Not set in projects without AWS emulators. */
    dynamodb?: ServicesUrl;
  }
}

/** `TEST_ASTERISK=none` skips the tests on AWS emulators too. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env['TEST_ASTERISK'] === 'none') {
    project.provide('moto', '');
    project.provide('dynamodb', '');
    return async () => {};
  }
  const [moto, dynamodb] = await Promise.all([
    startWorkerServices('moto', motoRoot, startMoto),
    startWorkerServices('DynamoDB Local', dynamoDbRoot, startDynamoDbLocal),
  ]);
  project.provide('moto', moto.url);
  project.provide('dynamodb', dynamodb.url);
  return async () => void (await Promise.all([moto.stop(), dynamodb.stop()]));
}
