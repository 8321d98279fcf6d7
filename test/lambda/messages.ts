import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';

/** The customer of every message. He answers. */
export const TO = '+74951234500';

/** Returns a request as an HTTP API passes it to a function. */
export function post(path: string, headers: Record<string, string>, body: string) {
  const http = { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' };
  return {
    version: '2.0',
    routeKey: `POST ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    requestContext: { http, requestId: 'test', stage: '$default' },
    body,
    isBase64Encoded: false,
  };
}

export function webhookBody(manager: string): string {
  const at = Math.floor(Date.now() / 1000);
  return JSON.stringify({ id: `${manager}-${at}`, at, manager, customer: { phone: TO } });
}

export const signed = (body: string, secret: string) => ({
  'x-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});

/** Returns a batch as Lambda takes it from an SQS queue. */
export const batchOf = (bodies: Readonly<Record<string, string>>) => ({
  Records: Object.entries(bodies).map(([messageId, body]) => ({
    ...{ messageId, receiptHandle: `handle-of-${messageId}`, body },
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.now()),
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: String(Date.now()),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:callbacks',
    awsRegion: 'eu-central-1',
  })),
});

export interface CallbackAnswer {
  id: string;
  legs: { second: { status: string } };
}

export const statusOf = (answer: unknown): unknown => (answer as { statusCode?: unknown }).statusCode;

export function callbackIn(answer: unknown): CallbackAnswer {
  const callback: unknown = JSON.parse((answer as { body: string }).body);
  assert.ok(isCallback(callback));
  return callback;
}

export const isCallback = (value: unknown): value is CallbackAnswer =>
  typeof value === 'object' && value !== null && 'id' in value && /^cb_/.test(String(value.id));
