import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../tools/bundle/bundle.ts';

const sources = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ROOT, 'lib', name), 'utf8'));
const messages = sources.flatMap((source) =>
  Array.from(
    source.matchAll(/\blog(?:\.(?:info|warn|error))?\(\s*'([^']+)'/g),
    ([, message = '']) => message,
  ),
);

it('docs/operations.md explains every message of a log line', () => {
  const docs = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');
  expect(messages).toContain('runner ended');
  expect(messages.filter((message) => !docs.includes(`\`${message}\``))).toEqual([]);
});
