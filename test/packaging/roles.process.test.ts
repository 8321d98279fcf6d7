import { beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../tools/bundle/bundle.ts';
import { type Stack, stackWith } from '../support/packaging/template.ts';

/** Every parameter that adds rights. */
const EVERYTHING = {
  settingsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/abc',
  queue: 'true',
  rule: 'true',
  subnetIds: 'subnet-1,subnet-2',
  securityGroupIds: 'sg-1',
};

let plain: Stack;
let full: Stack;
beforeAll(() => {
  plain = stackWith();
  full = stackWith(EVERYTHING);
});

/** CloudFormation replaces `${…}`. Here it is written `{…}`, so that JavaScript does not. */
const sub = (text: string) => ({ 'Fn::Sub': text.replaceAll('{', '$' + '{') });
const arn = (rest: string) =>
  sub(`arn:{AWS::Partition}:${rest.replace('HERE', '{AWS::Region}:{AWS::AccountId}')}`);

const READ_SETTINGS = {
  Effect: 'Allow',
  Action: 'ssm:GetParametersByPath',
  Resource: arn('ssm:HERE:parameter/asterisk-callback/test'),
};
const DECRYPT_SETTINGS = {
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: EVERYTHING.settingsKeyArn,
  Condition: {
    StringEquals: { 'kms:ViaService': sub('ssm.{AWS::Region}.amazonaws.com') },
    StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': arn('ssm:HERE:parameter/asterisk-callback/test/*') },
  },
};
const writeLog = (group: string) => ({
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: { 'Fn::GetAtt': [group, 'Arn'] },
});
const TAKE_MESSAGES = {
  Effect: 'Allow',
  Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  Resource: { 'Fn::GetAtt': ['CallbackQueue', 'Arn'] },
};

const KEEP_FAILED_EVENTS = {
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: { 'Fn::GetAtt': ['FailedEvents', 'Arn'] },
};

const TABLE = { 'Fn::GetAtt': ['CallbackTable', 'Arn'] };
const itemsThatBeginWith = (...keys: string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
});
const PLACE_IN_STORE = [
  {
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    Resource: TABLE,
    Condition: itemsThatBeginWith('callback#*', 'key#*'),
  },
  {
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    Resource: TABLE,
    Condition: itemsThatBeginWith('counter#*'),
  },
  {
    Effect: 'Allow',
    Action: 'dynamodb:GetItem',
    Resource: TABLE,
    Condition: itemsThatBeginWith('do-not-call'),
  },
];
const ADD_DO_NOT_CALL = {
  Effect: 'Allow',
  Action: 'dynamodb:PutItem',
  Resource: TABLE,
  Condition: itemsThatBeginWith('do-not-call'),
};
const LIST_IN_STORE = [
  ADD_DO_NOT_CALL,
  {
    Effect: 'Allow',
    Action: 'dynamodb:BatchGetItem',
    Resource: TABLE,
    Condition: itemsThatBeginWith('callback#*', 'agent#*'),
  },
  {
    Effect: 'Allow',
    Action: 'dynamodb:Query',
    Resource: ['list', 'number', 'due'].map((index) => sub(`{CallbackTable.Arn}/index/${index}`)),
  },
  {
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    Resource: TABLE,
    Condition: itemsThatBeginWith('agent#*', 'line#*'),
  },
];
const INVOKE_WORKER = {
  Effect: 'Allow',
  Action: 'lambda:InvokeFunction',
  Resource: arn('lambda:HERE:function:asterisk-callback-test-worker'),
};
const START_RUNNERS = [
  {
    Effect: 'Allow',
    Action: 'dynamodb:GetItem',
    Resource: TABLE,
    Condition: itemsThatBeginWith('lease#*'),
  },
  {
    Effect: 'Allow',
    Action: 'dynamodb:PutItem',
    Resource: TABLE,
    Condition: itemsThatBeginWith('lease#wake/*'),
  },
  INVOKE_WORKER,
];
const WORK_LINES = [
  {
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    Resource: TABLE,
    Condition: itemsThatBeginWith('callback#*', 'agent#*', 'lease#line/*', 'lines'),
  },
  {
    Effect: 'Allow',
    Action: 'dynamodb:GetItem',
    Resource: TABLE,
    Condition: itemsThatBeginWith('line#*'),
  },
  {
    Effect: 'Allow',
    Action: 'dynamodb:GetItem',
    Resource: TABLE,
    Condition: itemsThatBeginWith('do-not-call'),
  },
  {
    Effect: 'Allow',
    Action: 'dynamodb:BatchGetItem',
    Resource: TABLE,
    Condition: itemsThatBeginWith('agent#*'),
  },
  { Effect: 'Allow', Action: 'dynamodb:Query', Resource: TABLE, Condition: itemsThatBeginWith('lines') },
  { Effect: 'Allow', Action: 'dynamodb:Query', Resource: sub('{CallbackTable.Arn}/index/due') },
  INVOKE_WORKER,
];

/** Lambda needs them for a function in a VPC. The function's own code may not use them. */
const INTERFACES = [
  {
    Effect: 'Allow',
    Action: [
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    Resource: arn('ec2:HERE:*/*'),
  },
  { Effect: 'Allow', Action: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], Resource: '*' },
  {
    Effect: 'Deny',
    Action: 'ec2:*',
    Resource: '*',
    Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
  },
];

/** Returns what each role of a stack allows, in the order of its policies. */
const statements = (stack: Stack): Record<string, unknown[]> =>
  Object.fromEntries(
    stack.ofType('AWS::IAM::Role').map(([role, { Policies }]) => {
      const policies = Policies as { PolicyDocument: { Statement: unknown[] } }[];
      return [role, policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)];
    }),
  );

describe('The roles of the stack', () => {
  it('are one for each function and hold all rights of the stack', () => {
    for (const stack of [plain, full]) {
      const roles = stack.ofType('AWS::Lambda::Function').map(([, { Role }]) => Role);
      expect(roles).toEqual(
        stack.ofType('AWS::IAM::Role').map(([role]) => ({ 'Fn::GetAtt': [role, 'Arn'] })),
      );
      expect(roles).toHaveLength(functionNames().length);
      for (const [, properties] of stack.ofType('AWS::IAM::Role'))
        expect(properties).not.toHaveProperty('ManagedPolicyArns');
      expect(stack.ofType('AWS::IAM::Policy')).toEqual([]);
      expect(stack.ofType('AWS::IAM::ManagedPolicy')).toEqual([]);
    }
  });

  it('may read the settings of their stage, write their own log, use items of the table, and nothing else', () => {
    expect(statements(plain)).toEqual({
      CallbackRole: [
        READ_SETTINGS,
        writeLog('CallbackLogGroup'),
        ...PLACE_IN_STORE,
        ...LIST_IN_STORE,
        ...START_RUNNERS,
      ],
      EventRole: [
        READ_SETTINGS,
        writeLog('EventLogGroup'),
        KEEP_FAILED_EVENTS,
        ...PLACE_IN_STORE,
        ...START_RUNNERS,
      ],
      QueueRole: [READ_SETTINGS, writeLog('QueueLogGroup'), ...PLACE_IN_STORE, ...START_RUNNERS],
      WebhookRole: [READ_SETTINGS, writeLog('WebhookLogGroup'), ...PLACE_IN_STORE, ...START_RUNNERS],
      WorkerRole: [READ_SETTINGS, writeLog('WorkerLogGroup'), ...WORK_LINES],
    });
  });

  it('may also use the key, the queue and the VPC that parameters name, and nothing else', () => {
    const settings = [READ_SETTINGS, DECRYPT_SETTINGS];
    expect(statements(full)).toEqual({
      CallbackRole: [
        ...settings,
        writeLog('CallbackLogGroup'),
        ...PLACE_IN_STORE,
        ...LIST_IN_STORE,
        ...START_RUNNERS,
        ...INTERFACES,
      ],
      EventRole: [
        ...settings,
        writeLog('EventLogGroup'),
        KEEP_FAILED_EVENTS,
        ...PLACE_IN_STORE,
        ...START_RUNNERS,
        ...INTERFACES,
      ],
      QueueRole: [
        ...settings,
        writeLog('QueueLogGroup'),
        TAKE_MESSAGES,
        ...PLACE_IN_STORE,
        ...START_RUNNERS,
        ...INTERFACES,
      ],
      WebhookRole: [
        ...settings,
        writeLog('WebhookLogGroup'),
        ...PLACE_IN_STORE,
        ...START_RUNNERS,
        ...INTERFACES,
      ],
      WorkerRole: [...settings, writeLog('WorkerLogGroup'), ...WORK_LINES, ...INTERFACES],
    });
  });

  it('have wildcards only for a VPC, where EC2 knows no narrower resource', () => {
    const others = Object.values(statements(full)).flatMap((all) => all.slice(0, -INTERFACES.length));
    const resources = [...Object.values(statements(plain)).flat(), ...others].map(
      (statement) => (statement as { Resource: unknown }).Resource,
    );
    expect(resources.length).toBeGreaterThan(20);
    expect(JSON.stringify(resources)).not.toContain('*');
  });
});
