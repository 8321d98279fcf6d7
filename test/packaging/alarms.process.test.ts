import { beforeAll, describe, expect, it } from 'vitest';
import { metricsSentBy, metricsShownBy } from '../support/packaging/metrics.ts';
import { type Stack, stackWith } from '../support/packaging/template.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';

let stack: Stack;
let watched: Stack;
beforeAll(() => {
  stack = stackWith();
  watched = stackWith({ alarmTopicArn: TOPIC, queue: 'true' });
});

interface Alarm {
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string | { Ref: string } | { 'Fn::GetAtt': string[] } }[];
  AlarmActions: unknown[];
}

const alarms = (of: Stack) =>
  of.ofType('AWS::CloudWatch::Alarm').map(([, properties]) => properties as unknown as Alarm);

/** Returns an alarm as text, such as `AWS/Lambda Errors FunctionName=CallbackLambdaFunction`. */
const inWords = ({ Namespace, MetricName, Dimensions }: Alarm): string => {
  const dimensions = Dimensions.map(({ Name, Value }) => {
    const value =
      typeof Value === 'string' ? Value : 'Ref' in Value ? Value.Ref : Value['Fn::GetAtt'].join('.');
    return `${Name}=${value}`;
  });
  return [Namespace, MetricName, ...dimensions].join(' ');
};

describe('The alarms of the stack', () => {
  const ALWAYS = [
    'AWS/ApiGateway 5xx ApiId=HttpApi',
    'AWS/Lambda Errors FunctionName=CallbackLambdaFunction',
    'AWS/Lambda Errors FunctionName=EventLambdaFunction',
    'AWS/Lambda Errors FunctionName=WebhookLambdaFunction',
    'AWS/Lambda Throttles FunctionName=CallbackLambdaFunction',
    'AWS/Lambda Throttles FunctionName=EventLambdaFunction',
    'AWS/Lambda Throttles FunctionName=WebhookLambdaFunction',
    'AsteriskCallback PbxError service=asterisk-callback-test',
    'AsteriskCallback Refused service=asterisk-callback-test code=pbx-unreachable',
  ];

  it('watch each function, the API and the PBXes, and the dead letters when there is a queue', () => {
    expect(alarms(stack).map(inWords).sort()).toEqual(ALWAYS);
    const withQueue = 'AWS/SQS ApproximateNumberOfMessagesVisible QueueName=CallbackDeadLetters.QueueName';
    expect(alarms(watched).map(inWords).sort()).toEqual([...ALWAYS, withQueue].sort());
  });

  it('notify the topic of alarmTopicArn, or nobody when it is not set', () => {
    for (const { AlarmActions } of alarms(stack)) expect(AlarmActions).toEqual([]);
    for (const { AlarmActions } of alarms(watched)) expect(AlarmActions).toEqual([TOPIC]);
  });
});

describe('The alarms and the dashboard', () => {
  it('use only metrics that the functions of this stage send', () => {
    const services = stack.ofType('AWS::Lambda::Function').map(([, { Environment }]) => {
      const { Variables } = Environment as { Variables: Record<string, string> };
      return Variables['POWERTOOLS_SERVICE_NAME'];
    });
    expect(new Set(services)).toEqual(new Set(['asterisk-callback-test']));
    const sent = metricsSentBy('asterisk-callback-test');

    const ofOurs = alarms(stack).filter(({ Namespace }) => Namespace === 'AsteriskCallback');
    expect(ofOurs).toHaveLength(2);
    for (const { MetricName, Dimensions } of ofOurs)
      expect(sent).toContain(
        [MetricName, ...Dimensions.flatMap(({ Name, Value }) => [Name, Value])].join(' '),
      );

    const [[, dashboard] = []] = stack.ofType('AWS::CloudWatch::Dashboard');
    const { 'Fn::Sub': body } = (dashboard?.['DashboardBody'] ?? {}) as { 'Fn::Sub': string };
    const shown = metricsShownBy(body).filter(([namespace]) => namespace === 'AsteriskCallback');
    expect(shown.length).toBeGreaterThan(6);
    for (const [, ...metric] of shown) expect(sent).toContain(metric.join(' '));
    expect(body).toContain('service=\\"asterisk-callback-test\\"');
  });
});
