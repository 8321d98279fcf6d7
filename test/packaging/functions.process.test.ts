import { beforeAll, describe, expect, it } from 'vitest';
import { callbackEndpoints } from '../../lib/http/endpoints.ts';
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
    eventReservedConcurrency: '20',
    webhookReservedConcurrency: '10',
    workerReservedConcurrency: '12',
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
        // A higher level of the platform would drop the metrics.
        LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' },
        Environment: { Variables: { SETTINGS_PATH: '/asterisk-callback/test', LOG_LEVEL: 'INFO' } },
      });
  });

  it('have time for their callers and memory for a quick start', () => {
    const limits = stack
      .ofType('AWS::Lambda::Function')
      .map(([name, { Timeout, MemorySize }]) => [name, Timeout, MemorySize]);
    expect(limits).toEqual([
      ['CallbackLambdaFunction', 29, 512],
      ['EventLambdaFunction', 300, 256],
      ['QueueLambdaFunction', 15, 256],
      ['WebhookLambdaFunction', 10, 1024],
      ['WorkerLambdaFunction', 900, 256],
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
      ['EventLambdaFunction', '20'],
      ['QueueLambdaFunction', undefined],
      ['WebhookLambdaFunction', '10'],
      ['WorkerLambdaFunction', '12'],
    ]);
  });

  it('keep their logs for a limited time', () => {
    const groups = stack.ofType('AWS::Logs::LogGroup');
    expect(groups).toHaveLength(FUNCTIONS.length + 1);
    for (const [, { RetentionInDays }] of groups) expect(RetentionInDays).toBe(30);
  });
});

/** Returns the route of the API that a request takes, as API Gateway chooses it. */
function routeOf(path: string, keys: readonly string[]): string {
  const fitting = keys.filter((key) => {
    const pattern = key
      .split(' ')[1]
      ?.replace(/\{[^}]*\+\}/, '.+')
      .replace(/\{[^}]*\}/g, '[^/]+');
    return pattern !== undefined && new RegExp(`^${pattern}$`).test(path);
  });
  return fitting.sort((a, b) => b.length - a.length)[0] ?? '$default';
}

describe('The API of the stack', () => {
  const routes = () => {
    const integrations = new Map(stack.ofType('AWS::ApiGatewayV2::Integration'));
    return stack.ofType('AWS::ApiGatewayV2::Route').map(([id, { RouteKey, Target, AuthorizationType }]) => {
      const [integration] = /HttpApiIntegration\w+/.exec(JSON.stringify(Target)) ?? [];
      const { 'Fn::GetAtt': [target] = [] } = (integrations.get(integration ?? '')?.['IntegrationUri'] ??
        {}) as { 'Fn::GetAtt'?: string[] };
      return { id, key: String(RouteKey), target, AuthorizationType };
    });
  };

  it('passes webhooks to the function webhook and every other request to callback', () => {
    for (const { key, target } of routes())
      expect(target, key).toBe(
        key === 'ANY /webhooks/{name}' ? 'WebhookLambdaFunction' : 'CallbackLambdaFunction',
      );
    expect(routes().map(({ key }) => key)).toContain('$default');
  });

  it('has a route for everything that callers use, so that scanners do not use up their throttle', () => {
    const keys = routes().map(({ key }) => key);
    const paths = callbackEndpoints.map(({ path }) => path.replaceAll(/\{\w+\}/g, 'x'));
    const others = [...new Set(paths)].filter((path) => routeOf(path, keys) === '$default');
    expect(others).toEqual(['/problems/x', '/openapi.json']);
    expect(routeOf('/callback.php', keys)).toBe('ANY /callback.php');
    expect(routeOf('/wp-login.php', keys)).toBe('$default');
  });

  it('lets AWS authenticate callers below /iam/, and nowhere else', () => {
    const authenticated = routes().filter(({ AuthorizationType }) => AuthorizationType !== undefined);
    expect(authenticated).toMatchObject([{ key: 'ANY /iam/{proxy+}', AuthorizationType: 'AWS_IAM' }]);
  });

  it('leaves preflights to the function, because the keys list the origins', () => {
    const [[, properties] = []] = stack.ofType('AWS::ApiGatewayV2::Api');
    expect(properties).toMatchObject({ ProtocolType: 'HTTP' });
    expect(properties).not.toHaveProperty('CorsConfiguration');
  });

  it('throttles every route by itself', () => {
    const [[, stage] = []] = stack.ofType('AWS::ApiGatewayV2::Stage');
    const settings = stage?.['RouteSettings'] as Record<string, unknown>;
    expect(Object.keys(settings).sort()).toEqual(
      routes()
        .map(({ key }) => key)
        .sort(),
    );
    const others = { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 10 };
    expect(stage).toMatchObject({ DefaultRouteSettings: others });
    for (const [key, limits] of Object.entries(settings))
      expect(limits, key).toEqual(
        key === '$default' ? others : { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      );
  });

  it('makes the routes before their throttles, because API Gateway refuses others', () => {
    const { DependsOn } = stack.resources['HttpApiStage'] as unknown as { DependsOn: string[] };
    expect(DependsOn).toEqual(expect.arrayContaining(routes().map(({ id }) => id)));
    for (const id of DependsOn) expect(stack.resources).toHaveProperty(id);
  });

  it('logs neither path nor query, and the request id of the function', () => {
    const [[, stage] = []] = stack.ofType('AWS::ApiGatewayV2::Stage');
    const { Format } = (stage?.['AccessLogSettings'] ?? {}) as { Format: string };
    expect(() => JSON.parse(Format.replace(/: ?(\$context[\w.]+)/g, ':0'))).not.toThrow();
    expect(Format).toContain('"route":"$context.routeKey"');
    expect(Format).toContain('"functionRequestId":"$context.awsEndpointRequestId"');
    expect(Format).not.toMatch(/path|query|authorizer/i);
  });
});

describe('The queue and the rule of the stack', () => {
  const switchedOn = (of: Stack) =>
    Object.entries(of.resources).flatMap(([name, { Type }]) =>
      /SQS|Events|EventSource/.test(Type) ? [name] : [],
    );

  it('exist only when parameters ask for them', () => {
    expect(switchedOn(stack)).toEqual(['TickRule', 'FailedEvents']);
    expect(switchedOn(asked).sort()).toEqual([
      'CallbackDeadLetters',
      'CallbackQueue',
      'CallbackQueueMapping',
      'CallbackRule',
      'FailedEvents',
      'FailedEventsPolicy',
      'TickRule',
    ]);
  });

  it('keep an event that was not placed, whether Lambda, the rule or a schedule gave it up', () => {
    const kept = { 'Fn::GetAtt': ['FailedEvents', 'Arn'] };
    const [[, asynchronous] = []] = stack.ofType('AWS::Lambda::EventInvokeConfig');
    expect(asynchronous).toMatchObject({
      FunctionName: { Ref: 'EventLambdaFunction' },
      DestinationConfig: { OnFailure: { Destination: kept } },
      MaximumEventAgeInSeconds: 60,
    });
    expect(asked.resources['CallbackRule']?.Properties['Targets']).toMatchObject([
      { DeadLetterConfig: { Arn: kept } },
    ]);
    expect(asked.resources['FailedEventsPolicy']?.Properties['PolicyDocument']).toMatchObject({
      Statement: [
        { Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['CallbackRule', 'Arn'] } } } },
      ],
    });
  });

  it('take only events of this account and of the source that ruleSource names', () => {
    expect(asked.resources['CallbackRule']?.Properties['EventPattern']).toEqual({
      source: ['asterisk-callback'],
      account: [{ Ref: 'AWS::AccountId' }],
      'detail-type': ['CallbackRequested'],
    });
  });

  it('may invoke the functions event and worker, and the API the other two, and nobody else', () => {
    const permitted = (of: Stack) =>
      of.ofType('AWS::Lambda::Permission').map(([, { FunctionName, Principal }]) => {
        const { 'Fn::GetAtt': [name] = [] } = FunctionName as { 'Fn::GetAtt'?: string[] };
        return `${Principal} invokes ${name}`;
      });
    const byTheApi = ['CallbackLambdaFunction', 'WebhookLambdaFunction'].map(
      (name) => `apigateway.amazonaws.com invokes ${name}`,
    );
    const byTheTick = 'events.amazonaws.com invokes WorkerLambdaFunction';
    expect(permitted(stack).sort()).toEqual([...byTheApi, byTheTick]);
    expect(permitted(asked).sort()).toEqual([
      ...byTheApi,
      'events.amazonaws.com invokes EventLambdaFunction',
      byTheTick,
    ]);
    expect(asked.resources['CallbackQueueMapping']?.Properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': ['CallbackQueue', 'Arn'] },
      FunctionName: { 'Fn::GetAtt': ['QueueLambdaFunction', 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize: 1,
    });
    expect(asked.resources['CallbackRulePermission']?.Properties['SourceArn']).toEqual({
      'Fn::GetAtt': ['CallbackRule', 'Arn'],
    });
  });
});

describe('The worker of the stack', () => {
  it('is invoked by a tick each minute, and by whoever accepts callbacks, under the name that all functions know', () => {
    expect(stack.resources['TickRule']?.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Arn: { 'Fn::GetAtt': ['WorkerLambdaFunction', 'Arn'] }, Input: '{"tick": true}' }],
    });
    const { FunctionName } = stack.resources['WorkerLambdaFunction']?.Properties ?? {};
    expect(FunctionName).toBe('asterisk-callback-test-worker');
    for (const [, { Environment }] of stack.ofType('AWS::Lambda::Function'))
      expect(Environment).toMatchObject({ Variables: { WORKER_FUNCTION: FunctionName } });
  });

  it('gets no event twice, and none that waited for a minute', () => {
    const configs = stack.ofType('AWS::Lambda::EventInvokeConfig').map(([, properties]) => properties);
    expect(configs.find(({ FunctionName }) => JSON.stringify(FunctionName).includes('Worker'))).toMatchObject(
      {
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
      },
    );
  });
});

describe('The queue of the stack', () => {
  it('delivers a message again after seconds, and never while the function works on it', () => {
    const { VisibilityTimeout, RedrivePolicy } = asked.resources['CallbackQueue']?.Properties ?? {};
    const { Timeout } = asked.resources['QueueLambdaFunction']?.Properties ?? {};
    expect(Number(VisibilityTimeout)).toBeGreaterThan(Number(Timeout));
    expect(Number(VisibilityTimeout)).toBeLessThanOrEqual(30);
    expect(RedrivePolicy).toMatchObject({ maxReceiveCount: 10 });
  });
});
