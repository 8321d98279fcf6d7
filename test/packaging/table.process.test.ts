import { describe, expect, it } from 'vitest';
import { tableDefinition } from '../../lib/store/dynamodb/schema.ts';
import { stackWith } from '../support/packaging/template.ts';

const tableOf = (params?: Record<string, string>) => {
  const tables = stackWith(params).ofType('AWS::DynamoDB::Table');
  expect(tables).toHaveLength(1);
  return tables[0]?.[1] ?? {};
};

describe('The table of the stack', () => {
  it('has the keys and indexes that the code uses, TTL and point-in-time recovery', () => {
    expect(tableOf()).toEqual({
      ...tableDefinition('asterisk-callback-test'),
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: false,
    });
  });

  it('cannot be deleted where the stage says so', () => {
    expect(tableOf({ deletionProtection: 'true' })).toMatchObject({ DeletionProtectionEnabled: true });
  });

  it('is named to every function, with the retention', () => {
    const stack = stackWith({ retentionDays: '7' });
    for (const [, { Environment }] of stack.ofType('AWS::Lambda::Function')) {
      expect(Environment).toMatchObject({
        Variables: { TABLE_NAME: 'asterisk-callback-test', RETENTION_DAYS: '7' },
      });
    }
  });
});
