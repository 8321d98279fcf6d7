import { beforeAll, describe, expect, it } from 'vitest';
import { tableDefinition } from '../../lib/store/dynamodb/schema.ts';
import { type Stack, stackWith } from '../support/packaging/template.ts';

describe('The table of the stack', () => {
  let plain: Stack;
  let kept: Stack;
  beforeAll(() => {
    plain = stackWith();
    kept = stackWith({ deletionProtection: 'true', tableOnRemoval: 'Retain', retentionDays: '7' });
  }, 120_000);
  const tablesOf = (stack: Stack) => stack.ofType('AWS::DynamoDB::Table').map(([, properties]) => properties);

  it('has the keys and indexes that the code uses, TTL and point-in-time recovery', () => {
    expect(tablesOf(plain)).toEqual([
      {
        ...tableDefinition('asterisk-callback-test'),
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: false,
      },
    ]);
  });

  it('cannot be deleted where the stage says so', () => {
    expect(tablesOf(kept)).toMatchObject([{ DeletionProtectionEnabled: true }]);
  });

  it('stays when the stage is removed, where the stage says so', () => {
    expect(plain.resources['CallbackTable']).toMatchObject({ DeletionPolicy: 'Delete' });
    expect(kept.resources['CallbackTable']).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('is named to every function, with the retention', () => {
    for (const [, { Environment }] of kept.ofType('AWS::Lambda::Function')) {
      expect(Environment).toMatchObject({
        Variables: { TABLE_NAME: 'asterisk-callback-test', RETENTION_DAYS: '7' },
      });
    }
  });
});
