import { beforeAll, describe, expect, it } from 'vitest';
import { mistakesOfResource } from '../support/packaging/service-spec.ts';
import { type Stack, stackWith } from '../support/packaging/template.ts';

/** Every parameter that adds resources or properties. */
const EVERYTHING = {
  settingsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/abc',
  alarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:alarms',
  reservedConcurrency: '80',
  eventReservedConcurrency: '20',
  webhookReservedConcurrency: '10',
  workerReservedConcurrency: '12',
  subnetIds: 'subnet-1,subnet-2',
  securityGroupIds: 'sg-1',
  queue: 'true',
  rule: 'true',
};

let stacks: Stack[];
beforeAll(() => {
  stacks = [stackWith(), stackWith(EVERYTHING)];
}, 120_000);

describe('The resources of the stack', () => {
  it('have no property that AWS does not know, and all that AWS requires', () => {
    for (const { resources } of stacks) {
      expect(Object.keys(resources).length).toBeGreaterThan(30);
      for (const [name, { Type, Properties = {} }] of Object.entries(resources))
        expect(mistakesOfResource(Type, Properties), name).toEqual([]);
    }
  });

  it('would not pass with a typing mistake', () => {
    const alarm = { ComparisonOperator: 'x', EvaluationPeriods: 1, Dimension: [] };
    expect(mistakesOfResource('AWS::CloudWatch::Alarm', alarm)).toEqual([
      'AWS::CloudWatch::Alarm.Dimension is unknown',
    ]);
    expect(mistakesOfResource('AWS::SQS::QueuePolicy', { Queues: ['q'] })).toEqual([
      'AWS::SQS::QueuePolicy.PolicyDocument is missing',
    ]);
    const stage = { ApiId: 'a', StageName: 's', DefaultRouteSettings: { ThrottlingRate: 1 } };
    expect(mistakesOfResource('AWS::ApiGatewayV2::Stage', stage)).toEqual([
      'AWS::ApiGatewayV2::Stage.DefaultRouteSettings.ThrottlingRate is unknown',
    ]);
  });
});
