import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { MIXED_FORMS } from '../../cli/settings/national-forms.ts';
import { slowPatterns } from '../../cli/settings/slow-patterns.ts';
import { dialledNumber } from '../../lib/rules/numbers/check-number.ts';
import { limitsSchema } from '../../lib/settings/limit-settings.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { to } from '../support/rules/fixtures.ts';
import { MINIMAL, routeWith } from '../support/settings/fixtures.ts';

const read = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const page = await read('settings.md');
const examples = [page, await read('security.md')].flatMap((text) =>
  [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(json ?? '')),
);

it.each(examples)(
  'docs/settings.md and docs/security.md show settings that are valid: %j',
  async (example) => {
    const others = {
      ...Object.fromEntries(
        Object.entries(MINIMAL).map(([name, value]) => [name.replace('/main/', '/standby/'), value]),
      ),
      ...MINIMAL,
      'routes/default': routeWith({}),
    };
    expect(await slowPatterns(parseSettings({ ...others, ...example }))).toEqual([]);
  },
);

it('docs/settings.md names every field of a route, of "to" and of a key', () => {
  const { routes, keys } = parseSettings(MINIMAL);
  const fields = [
    ...Object.keys(routes['default'] ?? {}),
    ...Object.keys(routes['default']?.to ?? {}),
    ...Object.keys(keys['web'] ?? {}),
  ];
  expect(fields.length).toBeGreaterThan(15);
  for (const field of fields) expect(page).toContain(`\n| \`${field}\``);
});

it('docs/settings.md names every field of limits', () => {
  const fields = Object.keys(limitsSchema.def.shape);
  expect(fields.length).toBeGreaterThan(5);
  for (const field of fields) expect(page).toContain(`\`${field}\``);
});

it('docs/settings.md shows what each placeholder of "dialAs" makes', () => {
  const rows = [...page.matchAll(/^\| `(\{\w+\})` +\| `([+0-9]+)`/gm)];
  expect(rows).toHaveLength(4);
  for (const [, dialAs = '', dialled] of rows)
    expect(dialledNumber('+5493512303473', to({ country: 'AR', allow: ['+54'], dialAs })).to).toBe(dialled);
});

it('docs/settings.md names the countries whose national form has several prefixes', () => {
  const [, listed] = /^- In ((?:[A-Z]{2}(?:, | and )?)+) the digits before/m.exec(page) ?? [];
  expect(listed?.split(/, | and /)).toEqual([...MIXED_FORMS]);
});
