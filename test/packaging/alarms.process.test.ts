import { beforeAll, describe, expect, it } from 'vitest';
import { metricsSentBy, metricsShownBy } from '../support/packaging/metrics.ts';
import { isEmittedByAws } from '../support/packaging/service-spec.ts';
import { type Stack, stackWith } from '../support/packaging/template.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';

let stack: Stack;
let watched: Stack;
beforeAll(() => {
  stack = stackWith();
  watched = stackWith({ alarmTopicArn: TOPIC, queue: 'true', rule: 'true' });
});

interface Alarm {
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string | { Ref: string } | { 'Fn::GetAtt': string[] } }[];
  AlarmActions: unknown[];
  OKActions: unknown[];
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
    'AWS/Lambda AsyncEventsDropped FunctionName=EventLambdaFunction',
    'AWS/Lambda DestinationDeliveryFailures FunctionName=EventLambdaFunction',
    'AWS/Lambda Errors FunctionName=CallbackLambdaFunction',
    'AWS/Lambda Errors FunctionName=EventLambdaFunction',
    'AWS/Lambda Errors FunctionName=WebhookLambdaFunction',
    'AWS/Lambda Errors FunctionName=WorkerLambdaFunction',
    'AWS/Lambda Throttles FunctionName=CallbackLambdaFunction',
    'AWS/Lambda Throttles FunctionName=EventLambdaFunction',
    'AWS/Lambda Throttles FunctionName=WebhookLambdaFunction',
    'AWS/Lambda Throttles FunctionName=WorkerLambdaFunction',
    'AWS/SQS ApproximateNumberOfMessagesVisible QueueName=FailedEvents.QueueName',
    'AWS/Scheduler InvocationDroppedCount ScheduleGroup=CallbackSchedules',
    'AWS/Scheduler TargetErrorCount ScheduleGroup=CallbackSchedules',
    'AsteriskCallback Failed service=asterisk-callback-test',
    'AsteriskCallback LinesWithoutRunner service=asterisk-callback-test',
    'AsteriskCallback LinesWithoutSettings service=asterisk-callback-test',
    'AsteriskCallback OldestWait service=asterisk-callback-test',
    'AsteriskCallback PbxError service=asterisk-callback-test',
    'AsteriskCallback Placed service=asterisk-callback-test',
    'AsteriskCallback Refused service=asterisk-callback-test code=credentials-invalid',
    'AsteriskCallback Refused service=asterisk-callback-test code=limit-reached',
    'AsteriskCallback Refused service=asterisk-callback-test code=pbx-unreachable',
    'AsteriskCallback Ticks service=asterisk-callback-test',
  ];

  const WHEN_ASKED = [
    'AWS/Events FailedInvocations RuleName=CallbackRule',
    'AWS/Lambda Errors FunctionName=QueueLambdaFunction',
    'AWS/Lambda Throttles FunctionName=QueueLambdaFunction',
    'AWS/SQS ApproximateAgeOfOldestMessage QueueName=CallbackQueue.QueueName',
    'AWS/SQS ApproximateNumberOfMessagesVisible QueueName=CallbackDeadLetters.QueueName',
  ];

  it('come when no tick was counted, and not when a line has nothing to do', () => {
    const missing = stack
      .ofType('AWS::CloudWatch::Alarm')
      .map(([name, { TreatMissingData }]) => [name, TreatMissingData]);
    expect(missing.filter(([, treated]) => treated === 'breaching')).toEqual([['NoTick', 'breaching']]);
  });

  it('watch each function, the API, the PBXes, the lines, events and schedules, and the queue and the rule if there are any', () => {
    expect(alarms(stack).map(inWords).sort()).toEqual(ALWAYS.sort());
    expect(alarms(watched).map(inWords).sort()).toEqual([...ALWAYS, ...WHEN_ASKED].sort());
  });

  it('watch only metrics that AWS or the functions emit with these dimensions', () => {
    const sent = metricsSentBy('asterisk-callback-test');
    for (const alarm of alarms(watched)) {
      const { Namespace, MetricName, Dimensions } = alarm;
      const ofOurs = [MetricName, ...Dimensions.flatMap(({ Name, Value }) => [Name, Value])].join(' ');
      const names = Dimensions.map(({ Name }) => Name);
      const emitted =
        Namespace === 'AsteriskCallback'
          ? sent.includes(ofOurs)
          : isEmittedByAws(Namespace, MetricName, names);
      expect(emitted, inWords(alarm)).toBe(true);
    }
    expect(isEmittedByAws('AWS/Lambda', 'Errors', ['Function'])).toBe(false);
    expect(isEmittedByAws('AWS/Lambda', 'Crashes', ['FunctionName'])).toBe(false);
  });

  it('count by the hour where a bill grows by the hour', () => {
    const [[, placed] = []] = stackWith({ placedPerHour: '70' })
      .ofType('AWS::CloudWatch::Alarm')
      .filter(([name]) => name === 'PlacedPerHour');
    expect(placed).toMatchObject({ Statistic: 'Sum', Period: 3600, Threshold: '70' });
  });

  it('notify the topic of alarmTopicArn, or nobody when it is not set', () => {
    for (const alarm of alarms(stack)) expect(alarm).toMatchObject({ AlarmActions: [], OKActions: [] });
    for (const alarm of alarms(watched))
      expect(alarm).toMatchObject({ AlarmActions: [TOPIC], OKActions: [TOPIC] });
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

    const [[, dashboard] = []] = stack.ofType('AWS::CloudWatch::Dashboard');
    const { 'Fn::Sub': body } = (dashboard?.['DashboardBody'] ?? {}) as { 'Fn::Sub': string };
    const shown = metricsShownBy(body).filter(([namespace]) => namespace === 'AsteriskCallback');
    expect(shown.length).toBeGreaterThan(6);
    for (const [, ...metric] of shown) expect(sent).toContain(metric.join(' '));
    expect(body).toContain('service=\\"asterisk-callback-test\\"');
  });
});
