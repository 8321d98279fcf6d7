import { beforeAll, describe, expect, it } from 'vitest';
import { callbackFunctionOnSimulator, codeOf } from '../support/http/callback-function.ts';
import { mistakesIn } from '../support/http/described.ts';
import { bearer, ELSEWHERE_SECRET, json } from '../support/http/settings.ts';

describe('The list of callbacks', () => {
  const { lambda } = callbackFunctionOnSimulator();
  const elsewhere = { authorization: `Bearer elsewhere.${ELSEWHERE_SECRET}` };
  const list = (query = '', headers: Record<string, string> = bearer) =>
    lambda().ask({ url: `/callbacks${query}`, headers });
  const search = (body: object, headers: Record<string, string> = json) =>
    lambda().ask({ method: 'POST', url: '/callbacks/search', headers, body: JSON.stringify(body) });
  const idsOf = ({ body }: { body: Record<string, unknown> }) =>
    (body['callbacks'] as { id: string }[]).map(({ id }) => id);

  const placed: string[] = [];
  beforeAll(async () => {
    for (const [agent, to] of [
      ['3200', '84951234500'],
      ['3201', '+7 495 123-45-01'],
      ['3206', '84951234500'],
    ]) {
      const body = JSON.stringify({ agent, to, wait: agent === '3201' ? 'completed' : 'accepted' });
      const answer = await lambda().ask({ method: 'POST', url: '/callbacks', headers: json, body });
      placed.unshift(String(answer.body['id']));
    }
  });

  it('shows the newest first, page by page, as OpenAPI describes it', async () => {
    const first = await list('?limit=2');
    expect(idsOf(first)).toEqual(placed.slice(0, 2));
    expect(mistakesIn(first, 'GET', '/callbacks')).toEqual([]);
    const rest = await list(`?limit=2&cursor=${String(first.body['cursor'])}`);
    expect([idsOf(rest), rest.body['cursor']]).toEqual([placed.slice(2), null]);
  });

  it('filters by status, agent and time', async () => {
    expect(idsOf(await list('?status=busy'))).toEqual([placed[1]]);
    expect(idsOf(await list('?agent=3206&route=default'))).toEqual([placed[0]]);
    expect(idsOf(await list('?until=2026-01-01T00:00:00Z'))).toEqual([]);
    expect(idsOf(await list(`?from=${encodeURIComponent('2026-01-01T00:00:00+03:00')}`))).toEqual(placed);
  });

  it('shows only callbacks of the key’s routes', async () => {
    expect(await list('', elsewhere)).toMatchObject({ status: 200, body: { callbacks: [], cursor: null } });
    const found = await search({ to: '+74951234500' }, { ...json, ...elsewhere });
    expect(found).toMatchObject({ status: 200, body: { callbacks: [] } });
  });

  it.each(['84951234500', '+7 (495) 123-45-00', '8 495 1234500'])(
    'finds a number that is written %s',
    async (to) => {
      const found = await search({ to });
      expect(idsOf(found)).toEqual([placed[0], placed[2]]);
      expect(mistakesIn(found, 'POST', '/callbacks/search')).toEqual([]);
    },
  );

  it('continues a search by its cursor', async () => {
    const first = await search({ to: '+74951234500', limit: 1 });
    const rest = await search({ to: '+74951234500', cursor: first.body['cursor'] });
    expect([idsOf(first), idsOf(rest)]).toEqual([[placed[0]], [placed[2]]]);
  });

  it.each([
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?limit=many', 'limit'],
    ['?status=ringing-now', 'status'],
    ['?from=yesterday', 'from'],
    ['?until=2026-01-01T00:00:00', 'until'],
    ['?cursor=abc', 'cursor'],
    ['?to=84951234500', 'to'],
    ['?route=', 'route'],
  ])('refuses %s and names the field', async (query, field) => {
    const answer = await list(query);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'request-invalid']);
    expect(answer.body['errors']).toMatchObject([{ field }]);
    expect(mistakesIn(answer, 'GET', '/callbacks')).toEqual([]);
  });

  it('refuses the cursor of another key and of other filters', async () => {
    const { body } = await list('?limit=1');
    const cursor = String(body['cursor']);
    for (const answer of [
      await list(`?cursor=${cursor}`, elsewhere),
      await list(`?cursor=${cursor}&agent=3200`),
    ]) {
      expect(codeOf(answer)).toBe('request-invalid');
    }
  });

  it('refuses a request without credentials, and a search for an invalid number', async () => {
    expect(codeOf(await list('', {}))).toBe('credentials-missing');
    expect(codeOf(await search({ to: '+49' }))).toBe('number-invalid');
    expect(codeOf(await search({}))).toBe('request-invalid');
    expect(codeOf(await lambda().ask({ url: '/callbacks/search', headers: bearer }))).toBe(
      'callback-not-found',
    );
  });
});
