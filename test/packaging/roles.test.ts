import { beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../tools/bundle/bundle.ts';
import { type Stack, stackWith } from '../support/packaging/template.ts';

/** With everything that a deployment may ask for, and without. */
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

const arn = (rest: string) => ({
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills them in.
  'Fn::Sub': `arn:\${AWS::Partition}:${rest.replace('HERE', '${AWS::Region}:${AWS::AccountId}')}`,
});

const READ_SETTINGS = {
  Effect: 'Allow',
  Action: 'ssm:GetParametersByPath',
  Resource: arn('ssm:HERE:parameter/asterisk-callback/test'),
};
const DECRYPT_SETTINGS = {
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: EVERYTHING.settingsKeyArn,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in.
  Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Sub': 'ssm.${AWS::Region}.amazonaws.com' } } },
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

/** Lambda needs them for a function in a VPC; the function's own code is kept from them. */
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

/** What each role of a stack allows, in the order of its policies. */
const statements = (stack: Stack): Record<string, unknown[]> =>
  Object.fromEntries(
    stack.ofType('AWS::IAM::Role').map(([role, { Policies }]) => {
      const policies = Policies as { PolicyDocument: { Statement: unknown[] } }[];
      return [role, policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)];
    }),
  );

describe('the roles', () => {
  it('are one for each function, and are all the rights there are', () => {
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

  it('may read the settings of their stage, write their own log, and no more', () => {
    expect(statements(plain)).toEqual({
      CallbackRole: [READ_SETTINGS, writeLog('CallbackLogGroup')],
      EventRole: [READ_SETTINGS, writeLog('EventLogGroup')],
      WebhookRole: [READ_SETTINGS, writeLog('WebhookLogGroup')],
    });
  });

  it('may use the key, the queue and the VPC that parameters name, and no more', () => {
    const settings = [READ_SETTINGS, DECRYPT_SETTINGS];
    expect(statements(full)).toEqual({
      CallbackRole: [...settings, writeLog('CallbackLogGroup'), ...INTERFACES],
      EventRole: [...settings, writeLog('EventLogGroup'), TAKE_MESSAGES, ...INTERFACES],
      WebhookRole: [...settings, writeLog('WebhookLogGroup'), ...INTERFACES],
    });
  });

  it('have no wildcard in them but where a VPC is: EC2 knows no narrower resource for some of that', () => {
    const others = Object.values(statements(full)).flatMap((all) => all.slice(0, -INTERFACES.length));
    expect(JSON.stringify([statements(plain), others])).not.toContain('*');
  });
});
