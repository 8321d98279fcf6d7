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

describe('The phone that rings is', () => {
  it.each<[agents: Agents, rings: string | undefined]>([
    [{ '1269': '3205' }, '3205'],
    [{ '1': '3205', '*': '3100' }, '3100'],
    [{ '1': '3205' }, undefined],
    [{ toString: '3205' }, undefined],
    [undefined, undefined],
  ])('of a user with the agents %j: %s', async (agents, rings) => {
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
  ])('asked for by HubSpot’s action as %s, with the agents %j: %s', async (agent, agents, rings) => {
    expect(await agentOf('hubspot', 'hubspot-custom-action.json', { agents }, asking(agent))).toBe(rings);
  });

  it.each<[agents: Agents, rings: string | undefined]>([
    [undefined, '3200'],
    [{ '1269000000012345': '3207' }, '3207'],
    [{ '1269000000099999': '3207' }, '3200'],
    [{ '3200': '3208', '1269000000012345': '3207' }, '3208'],
  ])('registered in Zoho, with the agents %j: %s', async (agents, rings) => {
    expect(await agentOf('zoho', MAIN.zoho, { agents })).toBe(rings);
  });

  it.each<[agent: string, agents: Agents, rings: string | undefined]>([
    ['data.owner_id', { '1269': '3205' }, '3205'],
    ['data.id', { '1269': '3205' }, '3205'],
    // A record's id could look like an extension, and is none.
    ['"3202"', { '17': '3205' }, undefined],
    ['"3202"', { '17': '3205', '*': '3100' }, '3100'],
    ['"3202"', undefined, '3202'],
  ])('mapped as %s, with the agents %j: %s', async (agent, agents, rings) => {
    expect(await agentOf('pipedrive', MAIN.pipedrive, { agents, map: { agent } })).toBe(rings);
  });
});
