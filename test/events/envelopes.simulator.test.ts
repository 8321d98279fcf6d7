import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import {
  batchOf,
  type EventFunction,
  openEventFunction,
  ruleEvent,
} from '../support/events/event-function.ts';
import { settingsFor } from '../support/http/settings.ts';

const httpEvent = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../http/fixtures/${name}.json`, import.meta.url), 'utf8'));

/** As EventBridge Scheduler invokes a function without an input. `detail` is text. */
const SCHEDULER = {
  version: '0',
  id: '27ff08a3-2a1f-4c2c-a4d8-9b1e2f6f6d1c',
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: '123456789012',
  time: '2026-11-23T09:00:00Z',
  region: 'eu-central-1',
  resources: ['arn:aws:scheduler:eu-central-1:123456789012:schedule/default/callback'],
  detail: '{}',
};

const SCHEDULED_RULE = {
  ...SCHEDULER,
  source: 'aws.events',
  resources: ['arn:aws:events:eu-central-1:123456789012:rule/callback'],
  detail: {},
};

/** As SNS writes into a queue without raw message delivery. */
const SNS_ENVELOPE = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:eu-central-1:123456789012:callbacks',
  Message: '{"to": "+74951234567", "agent": "3200"}',
  Timestamp: '2026-11-23T09:00:00.000Z',
  SignatureVersion: '1',
};

const SNS_EVENT = {
  Records: [
    {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: 'arn:aws:sns:eu-central-1:123456789012:callbacks:21be56ed',
      Sns: SNS_ENVELOPE,
    },
  ],
};

const S3_EVENT = {
  Records: [{ eventVersion: '2.1', eventSource: 'aws:s3', s3: { bucket: { name: 'leads' } } }],
};

const KINESIS_EVENT = {
  Records: [{ eventSource: 'aws:kinesis', kinesis: { data: 'eyJ0byI6IjEifQ==' }, eventID: 'shardId-0:1' }],
};

const TEXT = '{"to": "+74951234567", "agent": "3200"}';

const MISTAKES: [name: string, event: unknown, advice: RegExp][] = [
  ['a schedule of EventBridge Scheduler without an input', SCHEDULER, /Set the Input of its target/],
  ['a scheduled rule without an input', SCHEDULED_RULE, /constant JSON input/],
  ['an event whose detail is text', ruleEvent(TEXT), /detail as a JSON object/],
  ['a bare detail that is text', { detail: TEXT }, /detail as a JSON object/],
  ['an SNS envelope', SNS_ENVELOPE, /raw message delivery/],
  ['an SNS event', SNS_EVENT, /Subscribe an SQS queue/],
  ['an S3 event', S3_EVENT, /not messages of an SQS queue/],
  ['records of a Kinesis stream', KINESIS_EVENT, /not messages of an SQS queue/],
  ['a list of EventBridge Pipes', batchOf([TEXT]).Records, /without a pipe/],
  ['a list of requests', [{ to: '+74951234567' }], /one request per event/],
  ['an HTTP request of an HTTP API', httpEvent('http-api'), /invoke the function \\?"callback/],
  ['an HTTP request of a REST API', httpEvent('rest-api'), /invoke the function \\?"callback/],
  ['an HTTP request of a load balancer', httpEvent('alb'), /invoke the function \\?"callback/],
];

describe('The function event', () => {
  let simulator: Simulator;
  let lambda: EventFunction;
  beforeAll(async () => {
    simulator = await startSimulator();
    lambda = await openEventFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  it.each(MISTAKES)('returns advice when it gets %s', async (_, event, advice) => {
    const problem = await lambda.invoke(event);
    expect(problem).toMatchObject({
      type: '/problems/request-invalid',
      detail: expect.stringMatching(advice),
    });
    expect(String(problem['detail'])).not.toContain('known are');
    expect(simulator.requests).toEqual([]);
  });

  it.each(MISTAKES)('logs advice and drops the message when a queue has %s', async (_, event, advice) => {
    const logged = lambda.lines.length;
    expect(await lambda.invoke(batchOf([event]))).toEqual({ batchItemFailures: [] });
    expect(lambda.lines.slice(logged).join('')).toMatch(advice);
    expect(simulator.requests).toEqual([]);
  });
});
