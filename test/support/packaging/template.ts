import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functionNames } from '../../../tools/bundle/bundle.ts';
import { packageStage } from './osls.ts';

interface Resource {
  Type: string;
  Condition?: string;
  Properties: Record<string, unknown>;
}

interface Template {
  Resources: Record<string, Resource>;
  Conditions: Record<string, unknown>;
}

/** The resources that a deployment of the stage `test` would make, by name. Conditions are resolved. */
export class Stack {
  readonly resources: Readonly<Record<string, Resource>>;
  constructor(template: Template) {
    const kept = Object.entries(template.Resources).filter(
      ([, { Condition }]) => Condition === undefined || holds({ Condition }, template.Conditions),
    );
    this.resources = decided(Object.fromEntries(kept), template.Conditions) as Record<string, Resource>;
  }

  /** Returns name and properties of each resource of a type. */
  ofType(type: string): [logicalId: string, properties: Resource['Properties']][] {
    return Object.entries(this.resources)
      .filter(([, { Type }]) => Type === type)
      .map(([logicalId, { Properties }]) => [logicalId, Properties]);
  }
}

/** Runs `osls package --param …`. The bundles are empty files: the template does not depend on their content. */
export function stackWith(params: Readonly<Record<string, string>> = {}): Stack {
  const cwd = mkdtempSync(join(tmpdir(), 'stack-'));
  try {
    copyFileSync(
      fileURLToPath(new URL('../../../serverless.yml', import.meta.url)),
      join(cwd, 'serverless.yml'),
    );
    mkdirSync(join(cwd, 'dist/functions'), { recursive: true });
    for (const name of functionNames()) writeFileSync(join(cwd, `dist/functions/${name}.cjs`), '');
    const folder = join(cwd, 'package');
    packageStage('test', { cwd, folder, params });
    return readStack(folder);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Reads the template that `osls package` wrote to a folder. */
export const readStack = (folder: string): Stack =>
  new Stack(JSON.parse(readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8')));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNoValue = (value: unknown): boolean => isObject(value) && value['Ref'] === 'AWS::NoValue';

/** Replaces each `Fn::If` by the branch that its condition chooses. */
function decided(part: unknown, conditions: Template['Conditions']): unknown {
  if (Array.isArray(part))
    return part.map((each) => decided(each, conditions)).filter((each) => !isNoValue(each));
  if (!isObject(part)) return part;
  const choice = part['Fn::If'];
  if (Array.isArray(choice)) {
    const [Condition, yes, no] = choice;
    return decided(holds({ Condition }, conditions) ? yes : no, conditions);
  }
  return Object.fromEntries(
    Object.entries(part)
      .map(([name, value]) => [name, decided(value, conditions)])
      .filter(([, value]) => !isNoValue(value)),
  );
}

function holds(condition: unknown, conditions: Template['Conditions']): boolean {
  const [[kind, operand] = []] = isObject(condition) ? Object.entries(condition) : [];
  const [left, right] = Array.isArray(operand) ? operand : [];
  if (kind === 'Fn::Equals') return String(left) === String(right);
  if (kind === 'Fn::Not') return !holds(left, conditions);
  if (kind === 'Condition') return holds(conditions[String(operand)], conditions);
  throw new TypeError(`No condition that this test knows: ${JSON.stringify(condition)}`);
}
