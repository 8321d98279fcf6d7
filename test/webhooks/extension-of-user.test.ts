import { describe, expect, it } from 'vitest';
import { bodyOf } from '../support/webhooks/fixtures.ts';
import { read } from '../support/webhooks/reading.ts';
import { MAIN, send } from '../support/webhooks/senders.ts';
import type { SourceName } from '../support/webhooks/settings.ts';

type Agents = Record<string, string> | undefined;

const agentOf = async (
  source: SourceName,
  fixture: string,
  settings: Record<string, unknown>,
  change = (body: string) => body,
) =>
  (await read(send[source](fixture, { body: change(bodyOf(fixture)) }), source, settings))?.fields['agent'];

describe('extensionOf', () => {
  it.each<[agents: Agents, rings: string | undefined]>([
    [{ '1269': '3205' }, '3205'],
    [{ '1': '3205', '*': '3100' }, '3100'],
    [{ '1': '3205' }, undefined],
    [{ toString: '3205' }, undefined],
    [undefined, undefined],
  ])('translates the user of an event with the agents %j to %s', async (agents, rings) => {
    expect(await agentOf('bitrix24', MAIN.bitrix24, { agents })).toBe(rings);
  });

  const asking = (agent: string) => (body: string) =>
    body.replace('"inputFields": {', `"inputFields": { "agent": "${agent}",`);

  it.each<[agent: string, agents: Agents, rings: string | undefined]>([
    ['3202', undefined, '3202'],
    ['3202', { '*': '3201' }, '3202'],
    ['3202', { '3202': '3209', '*': '3201' }, '3209'],
    ['3202', { '1269': '3207', '*': '3201' }, '3207'],
    ['3202', { '17': '3207' }, '3202'],
    ['somebody', { '*': '3201' }, '3201'],
    ['12345678', { '*': '3201' }, '3201'],
    ['3', { '17': '3207' }, undefined],
  ])(
    'takes the extension %s of HubSpot’s action, with the agents %j, as %s',
    async (agent, agents, rings) => {
      expect(await agentOf('hubspot', 'hubspot-custom-action.json', { agents }, asking(agent))).toBe(rings);
    },
  );

  it.each<[agents: Agents, rings: string | undefined]>([
    [undefined, '3200'],
    [{ '1269000000012345': '3207' }, '3207'],
    [{ '1269000000099999': '3207' }, '3200'],
    [{ '3200': '3208', '1269000000012345': '3207' }, '3208'],
  ])('takes the extension that Zoho has, with the agents %j, as %s', async (agents, rings) => {
    expect(await agentOf('zoho', MAIN.zoho, { agents })).toBe(rings);
  });

  it.each<[agent: string, agents: Agents, rings: string | undefined]>([
    ['data.owner_id', { '1269': '3205' }, '3205'],
    ['data.id', { '1269': '3205' }, '3205'],
    // An id that looks like an extension is still an id.
    ['"3202"', { '17': '3205' }, undefined],
    ['"3202"', { '17': '3205', '*': '3100' }, '3100'],
    ['"3202"', undefined, '3202'],
  ])('takes the result of map.agent %s, with the agents %j, as %s', async (agent, agents, rings) => {
    expect(await agentOf('pipedrive', MAIN.pipedrive, { agents, map: { agent } })).toBe(rings);
  });
});
