import type { Stack } from './template.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: { 'ForAllValues:StringLike'?: { 'dynamodb:LeadingKeys': string[] } };
}

/** One operation as the SDK sends it to DynamoDB. */
export interface SentOperation {
  /** Such as `PutItem`. */
  operation: string;
  body: string;
}

/** Returns the operations that a role of the stack does not allow, as text. */
export function refusedBy(stack: Stack, role: string, sent: readonly SentOperation[]): string[] {
  const statements = statementsOf(stack, role);
  const refused = sent.filter((each) => !statements.some((statement) => allows(statement, each)));
  return [...new Set(refused.map((each) => `${each.operation} ${whatOf(each).join(' ')}`))];
}

function statementsOf(stack: Stack, role: string): Statement[] {
  const { Policies } = (stack.resources[role]?.Properties ?? {}) as {
    Policies: { PolicyDocument: { Statement: Statement[] } }[];
  };
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function allows({ Effect, Action, Resource, Condition }: Statement, sent: SentOperation): boolean {
  if (Effect !== 'Allow' || ![Action].flat().includes(`dynamodb:${sent.operation}`)) return false;
  const index = indexOf(sent);
  const resources = [Resource].flat().map((each) => JSON.stringify(each));
  const isTable = (text: string): boolean => text.includes('CallbackTable') && !text.includes('/index/');
  if (!resources.some((text) => (index ? text.includes(`/index/${index}"`) : isTable(text)))) return false;
  const patterns = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
  return !patterns || keysOf(sent).every((key) => patterns.some((pattern) => fits(key, pattern)));
}

const fits = (key: string, pattern: string): boolean =>
  pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern;

const whatOf = (sent: SentOperation): string[] => [indexOf(sent) ?? '', ...keysOf(sent)].filter(Boolean);

const indexOf = ({ body }: SentOperation): string | undefined => JSON.parse(body).IndexName;

/** The partition keys of the items that an operation reads or writes. */
function keysOf({ body }: SentOperation): string[] {
  const {
    Key,
    Item,
    RequestItems,
    KeyConditionExpression = '',
    ExpressionAttributeValues,
  } = JSON.parse(body);
  if (RequestItems) {
    const tables = Object.values(RequestItems) as { Keys: { pk: { S: string } }[] }[];
    return tables.flatMap(({ Keys }) => Keys.map(({ pk }) => pk.S));
  }
  const [, value = ''] = /= *(:\w+)/.exec(KeyConditionExpression) ?? [];
  return [Key?.pk.S ?? Item?.pk.S ?? ExpressionAttributeValues?.[value]?.S ?? 'no key'];
}
