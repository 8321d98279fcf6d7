import { debianRoot } from '../debian/roots.ts';
import { startServer } from '../debian/server.ts';
import type { Started } from '../debian/worker-services.ts';

/** The npm package that carries AWS's DynamoDBLocal.jar. Its own dependencies are not needed. */
const PACKAGE = 'amplify-dynamodb-simulator@2.9.30';

/** Returns the folder with Debian's Java in it, and DynamoDB Local in /opt (300 MB). */
export const dynamoDbRoot = (): Promise<string> =>
  debianRoot(
    'dynamodb-2.9.30',
    'bookworm',
    'openjdk-17-jre-headless',
    `cd "$partial/opt" && npm pack --silent ${PACKAGE} && tar xzf *.tgz --strip-components=2 package/emulator && rm *.tgz`,
  );

/** Starts AWS's own DynamoDB Local, in memory. */
export const startDynamoDbLocal = async (): Promise<Started<string>> =>
  startServer(await dynamoDbRoot(), (port) => [
    'java',
    '-Xmx512m',
    '-Djava.library.path=/opt/DynamoDBLocal_lib',
    '-jar',
    '/opt/DynamoDBLocal.jar',
    '-inMemory',
    '-disableTelemetry',
    '-port',
    String(port),
  ]);
