import { lineOfAgent, pauseAgent, showAgent } from '../lib/calls/control-agent.ts';
import { listLines, showLine } from '../lib/calls/control-line.ts';
import type { LineAgentView } from '../lib/calls/line-schema.ts';
import type { Services } from '../lib/calls/services.ts';
import { describeCommand } from './command.ts';
import { OWNER } from './lines/owner.ts';
import { agentTable } from './lines/show.ts';
import { STORE_NOTES, type StoreLocation, storeOptions, withServices } from './store/with-services.ts';

interface ListOptions extends StoreLocation {
  line?: string;
}

export const command = describeCommand({
  name: 'agents',
  description: 'Lists, shows and pauses the agents that lines ring.',
  examples: [
    'list --stage prod',
    'list --line sales --stage prod',
    'show 3200 --stage prod',
    'pause 3200 --stage prod',
    'resume 3200 --stage prod',
  ],
  notes: `${STORE_NOTES}
No line rings a paused agent. A call that the agent already has goes on. A callback for this agent waits, and may expire.`,
});

storeOptions(command.command('list'))
  .description('lists the agents of the routes, and the agents of callbacks that wait or ring')
  .option('--line <name>', 'only agents of this line')
  .action(withServices(command, list));
storeOptions(command.command('show'))
  .description('shows the state of an agent')
  .argument('<extension>', 'the extension of the agent')
  .action((extension: string, options: StoreLocation) =>
    withServices(
      command,
      printing((services, line) => showAgent(services, line, extension, OWNER), extension),
    )(options),
  );
for (const [verb, paused, description] of [
  ['pause', true, 'stops all lines from ringing the agent'],
  ['resume', false, 'lets lines ring the agent again'],
] as const) {
  storeOptions(command.command(verb))
    .description(description)
    .argument('<extension>', 'the extension of the agent')
    .action((extension: string, options: StoreLocation) =>
      withServices(
        command,
        printing((services, line) => pauseAgent(services, line, extension, paused, OWNER), extension),
      )(options),
    );
}

async function list(services: Services, { json, line }: ListOptions): Promise<void> {
  const { lines } =
    line === undefined
      ? await listLines(services, OWNER)
      : { lines: [await showLine(services, line, OWNER)] };
  const agents = new Map<string, LineAgentView>();
  for (const agent of lines.flatMap((each) => each.agents)) {
    // Only one line knows which callback rings the agent.
    if (agent.callback !== undefined || !agents.has(agent.extension)) agents.set(agent.extension, agent);
  }
  const found = [...agents.values()];
  console.log(json ? JSON.stringify({ agents: found }, null, 2) : agentTable(found).join('\n'));
}

/** Uses the first line that may ring the agent. The state of an agent is the same on all lines. */
const printing =
  (work: (services: Services, line: string) => Promise<LineAgentView>, extension: string) =>
  async (services: Services, { json }: StoreLocation): Promise<void> => {
    const agent = await work(services, await lineOfAgent(services, extension, OWNER));
    console.log(json ? JSON.stringify(agent, null, 2) : agentTable([agent]).join('\n'));
  };
