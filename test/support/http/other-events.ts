/** Events that reach an HTTP function and are not HTTP requests it can read, with the name that the log gives them. */
export const OTHER_EVENTS: { name: string; event: unknown; logged: string }[] = [
  { name: 'an empty event', event: {}, logged: 'ping' },
  {
    name: "the test event of Lambda's console",
    event: { key1: 'value1', key2: 'value2', key3: 'value3' },
    logged: 'ping',
  },
  {
    name: 'a ping of serverless-plugin-warmup',
    event: { source: 'serverless-plugin-warmup' },
    logged: 'ping',
  },
  { name: 'a ping of lambda-warmer', event: { warmer: true, concurrency: 3 }, logged: 'ping' },
  { name: 'null', event: null, logged: 'ping' },
  { name: 'no event', event: undefined, logged: 'ping' },
  { name: 'a string', event: 'ping', logged: 'ping' },
  { name: 'a number', event: 42, logged: 'ping' },
  { name: 'false', event: false, logged: 'ping' },
  { name: 'an empty array', event: [], logged: 'ping' },
  { name: 'an array of requests', event: [{ to: '+74951234567' }], logged: 'ping' },
  {
    name: 'a scheduled ping of EventBridge',
    event: {
      version: '0',
      id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '123456789012',
      time: '2026-11-23T16:53:06Z',
      region: 'eu-central-1',
      resources: ['arn:aws:events:eu-central-1:123456789012:rule/warm'],
      detail: {},
    },
    logged: 'EventBridge event',
  },
  {
    name: 'an EventBridge event with a request',
    event: {
      version: '0',
      id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eab',
      'detail-type': 'CallbackRequested',
      source: 'com.example.crm',
      detail: { to: '+74951234567', agent: '3200' },
    },
    logged: 'EventBridge event',
  },
  { name: 'a callback request', event: { to: '+74951234567', agent: '3200' }, logged: 'callback request' },
  {
    name: 'an S3 event',
    event: {
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'eu-central-1',
          eventName: 'ObjectCreated:Put',
          s3: { bucket: { name: 'leads' }, object: { key: 'today.csv', size: 1024 } },
        },
      ],
    },
    logged: 'records of aws:s3',
  },
  {
    name: 'an SNS event',
    event: {
      Records: [
        { EventSource: 'aws:sns', EventVersion: '1.0', Sns: { Type: 'Notification', Message: '{}' } },
      ],
    },
    logged: 'records of aws:sns',
  },
  {
    name: 'messages of an SQS queue',
    event: { Records: [{ messageId: '059f36b4', eventSource: 'aws:sqs', body: '{"to":"+74951234567"}' }] },
    logged: 'records of aws:sqs',
  },
  {
    name: 'records of a source that is not a name',
    event: { Records: [{ eventSource: '+74951234567' }] },
    logged: 'records',
  },
  { name: 'records that are not objects', event: { Records: [null] }, logged: 'records' },
  { name: 'a list of no records', event: { Records: [] }, logged: 'records' },
  {
    name: 'a request of VPC Lattice',
    event: {
      version: '2.0',
      path: '/health',
      method: 'GET',
      headers: { accept: ['*/*'] },
      requestContext: {
        serviceNetworkArn:
          'arn:aws:vpc-lattice:eu-central-1:123456789012:servicenetwork/sn-0bf3f2882e9cc805a',
        serviceArn: 'arn:aws:vpc-lattice:eu-central-1:123456789012:service/svc-0a40eebed65f8d69c',
        region: 'eu-central-1',
      },
    },
    logged: 'VPC Lattice request',
  },
  {
    name: 'a request of VPC Lattice in its first version',
    event: { raw_path: '/health', method: 'GET', headers: { accept: '*/*' }, query_string_parameters: {} },
    logged: 'VPC Lattice request',
  },
  {
    name: 'a WebSocket message',
    event: {
      requestContext: {
        routeKey: '$default',
        eventType: 'MESSAGE',
        connectionId: 'abcd1234',
        domainName: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
        stage: 'prod',
      },
      body: '{"action":"callback"}',
      isBase64Encoded: false,
    },
    logged: 'WebSocket message',
  },
  { name: 'a request context that is text', event: { requestContext: 'http' }, logged: 'ping' },
  { name: 'an HTTP API event without a method', event: { requestContext: { http: {} } }, logged: 'ping' },
  { name: 'a REST event without a path', event: { httpMethod: 'GET', requestContext: {} }, logged: 'ping' },
];
