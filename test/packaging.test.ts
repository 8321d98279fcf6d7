import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS, startSimulator } from '../local/simulator/index.ts';
import { functionNames } from '../tools/bundle/bundle.ts';
import { metricsSentBy, metricsShownBy } from './packaging/metrics.ts';
import { namesInZip } from './packaging/zip.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** Whatever is built must be deployed. */
const FUNCTIONS = functionNames();

const scratch = mkdtempSync(join(tmpdir(), 'packaging-'));

/** No account, no home with one, no variable that the user's shell has set for it. */
const WITHOUT_AWS = { PATH: process.env['PATH'] ?? '', HOME: scratch };

function run(script: string, args: readonly string[] = [], cwd = ROOT): string {
  return execFileSync(process.execPath, [join(ROOT, script), ...args], {
    cwd,
    env: WITHOUT_AWS,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

beforeAll(() => {
  run('tools/build.ts');
}, 60_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Resource {
  Type: string;
  Condition?: string;
  Properties: Record<string, unknown>;
}

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
}

describe('npm run package, without an AWS account', () => {
  let resources: Record<string, Resource>;
  let conditions: Record<string, unknown>;
  const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  const artifacts = join(scratch, 'artifacts');

  beforeAll(() => {
    run('node_modules/osls/bin/serverless.js', ['package', '--package', artifacts, '--stage', 'test']);
    const template = readFileSync(join(artifacts, 'cloudformation-template-update-stack.json'), 'utf8');
    ({ Resources: resources, Conditions: conditions } = JSON.parse(template));
  }, 60_000);

  it.each(FUNCTIONS)('puts nothing but its bundle into the artifact of %s', (name) => {
    expect(namesInZip(join(artifacts, `${name}.zip`))).toEqual([`dist/functions/${name}.cjs`]);
  });

  it('has every function that is built, on Node 24 and arm64, logging JSON', () => {
    const functions = ofType('AWS::Lambda::Function').map(([, { Properties }]) => Properties);
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

  it('gives every function a role of its own', () => {
    const roles = ofType('AWS::Lambda::Function').map(([, { Properties }]) => Properties['Role']);
    expect(roles).toEqual(
      ofType('AWS::IAM::Role').map(([logicalId]) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })),
    );
    expect(roles).toHaveLength(FUNCTIONS.length);
  });

  it('lets a role read the settings of its stage and write its own log, and no more', () => {
    const roles = ofType('AWS::IAM::Role');
    for (const [logicalId, { Properties }] of roles) {
      const logGroup = logicalId.replace(/Role$/, 'LogGroup');
      expect(resources[logGroup]?.Type).toBe('AWS::Logs::LogGroup');
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(statementsOf(Properties)).toEqual([
        {
          Effect: 'Allow',
          Action: 'ssm:GetParametersByPath',
          Resource: {
            'Fn::Sub':
              // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills them in.
              'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/asterisk-callback/test',
          },
        },
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: { 'Fn::GetAtt': [logGroup, 'Arn'] },
        },
      ]);
    }
    expect(JSON.stringify(roles)).not.toContain('*');
    expect(Object.values(resources).map(({ Type }) => Type)).not.toContain('AWS::IAM::Policy');
  });

  it('keeps logs for a set time', () => {
    const groups = ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties);
    expect(groups).toHaveLength(FUNCTIONS.length + 1);
    for (const properties of groups) expect(properties['RetentionInDays']).toBe(30);
  });

  it('throttles the API and logs no query strings, which may carry tokens', () => {
    const [stage] = ofType('AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties);
    expect(stage).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
    });
    const { Format } = (stage?.['AccessLogSettings'] ?? {}) as { Format: string };
    expect(JSON.parse(Format.replace(/: ?(\$context[\w.]+)/g, ':0'))).toHaveProperty(
      'route',
      '$context.routeKey',
    );
    expect(Format).not.toMatch(/\$context\.(path|http\.path|protocol|authorizer)|query/i);
  });

  it('watches metrics that the functions of this stage send, and no other', () => {
    const services = ofType('AWS::Lambda::Function').map(([, { Properties }]) => {
      const { Variables } = Properties['Environment'] as { Variables: Record<string, string> };
      return Variables['POWERTOOLS_SERVICE_NAME'];
    });
    expect(new Set(services)).toEqual(new Set(['asterisk-callback-test']));
    const sent = metricsSentBy('asterisk-callback-test');

    const alarms = ofType('AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties)
      .filter(({ Namespace }) => Namespace === 'AsteriskCallback')
      .map(({ MetricName, Dimensions }) => {
        const dimensions = Dimensions as { Name: string; Value: string }[];
        return [MetricName, ...dimensions.flatMap(({ Name, Value }) => [Name, Value])].join(' ');
      });
    expect(alarms).toHaveLength(2);
    for (const alarm of alarms) expect(sent).toContain(alarm);

    const [body = ''] = ofType('AWS::CloudWatch::Dashboard').map(([, { Properties }]) => {
      const { 'Fn::Sub': filled } = Properties['DashboardBody'] as { 'Fn::Sub': string };
      return filled;
    });
    const ours = metricsShownBy(body).filter(([namespace]) => namespace === 'AsteriskCallback');
    expect(ours.length).toBeGreaterThan(6);
    for (const [, ...metric] of ours) expect(sent).toContain(metric.join(' '));
    expect(body).toContain('service=\\"asterisk-callback-test\\"');
  });

  it('has neither queue nor rule until a parameter asks for them', () => {
    const conditional = Object.values(resources).filter(({ Type }) => /SQS|Events|EventSource/.test(Type));
    expect(conditional).toHaveLength(4);
    for (const { Condition } of conditional) expect(conditions[Condition ?? '']).toEqual(OFF);
  });
});

/** `"true"` is what would turn it on. */
const OFF = { 'Fn::Equals': ['false', 'true'] };

/** What is allowed unless a parameter of the stage says otherwise: conditional statements are left out. */
function statementsOf(properties: Resource['Properties']): Statement[] {
  const policies = properties['Policies'] as { PolicyDocument: { Statement: (Statement | object)[] } }[];
  return policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter((statement): statement is Statement => 'Effect' in statement);
}

describe("the package's asterisk-callback/ajam", () => {
  const CONSUMER = `
    import { AjamSession, type Reply } from 'asterisk-callback/ajam';
    const [url = '', username = '', secret = ''] = process.argv.slice(2);
    const session: AjamSession = await AjamSession.open({ url, username, secret });
    const reply: Reply = await session.send({ action: 'Ping' });
    // @ts-expect-error: the types have arrived
    await session.send({ action: 1 }).catch(() => undefined);
    await session.logoff();
    console.log(JSON.stringify(reply));
  `;

  it('works alone in another project, types and all', async () => {
    const project = join(scratch, 'project');
    const modules = join(project, 'node_modules');
    mkdirSync(modules, { recursive: true });
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', scratch], {
      cwd: ROOT,
    });
    execFileSync('tar', ['-xzf', join(scratch, 'asterisk-callback-0.1.0.tgz'), '-C', scratch]);
    cpSync(join(scratch, 'package'), join(modules, 'asterisk-callback'), { recursive: true });
    for (const name of ['undici', '@types', 'undici-types'])
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(project, 'consumer.ts'), CONSUMER);

    const strictly =
      '--strict --module nodenext --target es2023 --lib es2024 --types node --outDir out consumer.ts';
    run('node_modules/typescript/bin/tsc', strictly.split(' '), project);

    await using simulator = await startSimulator({ loginDelayMs: 0 });
    const { username, secret } = DEFAULTS.users[0];
    const consumer = [join(project, 'out/consumer.js'), simulator.url, username, secret];
    const { stdout } = await promisify(execFile)(process.execPath, consumer);
    expect(stdout).toContain('Pong');
    expect(simulator.sessions).toBe(0);
  });
});
