import { beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../tools/bundle/bundle.ts';
import { type Stack, stackWith } from '../support/packaging/template.ts';

/** Every function that is built must be deployed. */
const FUNCTIONS = functionNames();

let stack: Stack;
let asked: Stack;
beforeAll(() => {
  stack = stackWith();
  asked = stackWith({
    subnetIds: 'subnet-1,subnet-2',
    securityGroupIds: 'sg-1,sg-2',
    reservedConcurrency: '80',
    queue: 'true',
    rule: 'true',
  });
});

describe('The functions of the stack', () => {
  it('are all those that are built, run on Node.js 24 and arm64, and log JSON', () => {
    const functions = stack.ofType('AWS::Lambda::Function').map(([, properties]) => properties);
    expect(functions.map(({ Handler }) => Handler).sort()).toEqual(
      FUNCTIONS.map((name) => `dist/functions/${name}.handler`).sort(),
    );
    for (const properties of functions)
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'JSON' },
        Environment: { Variables: { SETTINGS_PATH: '/asterisk-callback/test' } },
      });
  });

  it('have time for their callers and memory for a quick start', () => {
    const limits = stack
      .ofType('AWS::Lambda::Function')
      .map(([name, { Timeout, MemorySize }]) => [name, Timeout, MemorySize]);
    expect(limits).toEqual([
      ['CallbackLambdaFunction', 29, 512],
      ['EventLambdaFunction', 300, 512],
      ['WebhookLambdaFunction', 10, 512],
    ]);
  });

  it('use a VPC and reserved concurrency only when parameters say so', () => {
    for (const [, properties] of stack.ofType('AWS::Lambda::Function')) {
      expect(properties).not.toHaveProperty('VpcConfig');
      expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
    const VpcConfig = {
      SubnetIds: { 'Fn::Split': [',', 'subnet-1,subnet-2'] },
      SecurityGroupIds: { 'Fn::Split': [',', 'sg-1,sg-2'] },
    };
    for (const [, properties] of asked.ofType('AWS::Lambda::Function'))
      expect(properties).toMatchObject({ VpcConfig });
    const reserved = asked
      .ofType('AWS::Lambda::Function')
      .map(([name, { ReservedConcurrentExecutions: reserve }]) => [name, reserve]);
    expect(reserved).toEqual([
      ['CallbackLambdaFunction', '80'],
      ['EventLambdaFunction', undefined],
      ['WebhookLambdaFunction', undefined],
    ]);
  });

  it('keep their logs for a limited time', () => {
    const groups = stack.ofType('AWS::Logs::LogGroup');
    expect(groups).toHaveLength(FUNCTIONS.length + 1);
    for (const [, { RetentionInDays }] of groups) expect(RetentionInDays).toBe(30);
  });
});

describe('The API of the stack', () => {
  it('passes webhooks to the function webhook and every other request to callback', () => {
    const integrations = new Map(stack.ofType('AWS::ApiGatewayV2::Integration'));
    const routes = stack.ofType('AWS::ApiGatewayV2::Route').map(([, { RouteKey, Target }]) => {
      const [integration] = /HttpApiIntegration\w+/.exec(JSON.stringify(Target)) ?? [];
      return [RouteKey, integrations.get(integration ?? '')?.['IntegrationUri']];
    });
    expect(Object.fromEntries(routes)).toEqual({
      $default: { 'Fn::GetAtt': ['CallbackLambdaFunction', 'Arn'] },
      'ANY /webhooks/{name}': { 'Fn::GetAtt': ['WebhookLambdaFunction', 'Arn'] },
    });
  });

  it('leaves preflights to the function, because the keys list the origins', () => {
    const [[, properties] = []] = stack.ofType('AWS::ApiGatewayV2::Api');
    expect(properties).toMatchObject({ ProtocolType: 'HTTP' });
    expect(properties).not.toHaveProperty('CorsConfiguration');
  });

  it('throttles every route and logs neither path nor query', () => {
    const [[, stage] = []] = stack.ofType('AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
    });
    expect(stage).not.toHaveProperty('RouteSettings');
    const { Format } = (stage?.['AccessLogSettings'] ?? {}) as { Format: string };
    expect(() => JSON.parse(Format.replace(/: ?(\$context[\w.]+)/g, ':0'))).not.toThrow();
    expect(Format).toContain('"route":"$context.routeKey"');
    expect(Format).not.toMatch(/path|query|authorizer/i);
  });
});

describe('The queue and the rule of the stack', () => {
  const switchedOn = (of: Stack) =>
    Object.entries(of.resources).flatMap(([name, { Type }]) =>
      /SQS|Events|EventSource/.test(Type) ? [name] : [],
    );

  it('exist only when parameters ask for them', () => {
    expect(switchedOn(stack)).toEqual([]);
    expect(switchedOn(asked).sort()).toEqual([
      'CallbackDeadLetters',
      'CallbackQueue',
      'CallbackQueueMapping',
      'CallbackRule',
    ]);
  });

  it('may invoke the function event, and the API the other two, and nobody else', () => {
    const permitted = (of: Stack) =>
      of.ofType('AWS::Lambda::Permission').map(([, { FunctionName, Principal }]) => {
        const { 'Fn::GetAtt': [name] = [] } = FunctionName as { 'Fn::GetAtt'?: string[] };
        return `${Principal} invokes ${name}`;
      });
    const byTheApi = ['CallbackLambdaFunction', 'WebhookLambdaFunction'].map(
      (name) => `apigateway.amazonaws.com invokes ${name}`,
    );
    expect(permitted(stack).sort()).toEqual(byTheApi);
    expect(permitted(asked).sort()).toEqual([
      ...byTheApi,
      'events.amazonaws.com invokes EventLambdaFunction',
    ]);
    expect(asked.resources['CallbackQueueMapping']?.Properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': ['CallbackQueue', 'Arn'] },
      FunctionName: { 'Fn::GetAtt': ['EventLambdaFunction', 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(asked.resources['CallbackRulePermission']?.Properties['SourceArn']).toEqual({
      'Fn::GetAtt': ['CallbackRule', 'Arn'],
    });
  });
});
