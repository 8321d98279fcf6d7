import { listLines, pauseLine, showLine } from '../lib/calls/control-line.ts';
import type { LineView } from '../lib/calls/line-schema.ts';
import type { Services } from '../lib/calls/services.ts';
import { describeCommand } from './command.ts';
import { OWNER } from './lines/owner.ts';
import { lineLines, lineTable } from './lines/show.ts';
import { STORE_NOTES, type StoreLocation, storeOptions, withServices } from './store/with-services.ts';

export const command = describeCommand({
  name: 'lines',
  description: 'Lists, shows and pauses lines. A line is a queue of callbacks.',
  examples: [
    'list --stage prod',
    'show sales --stage prod',
    'pause sales --stage prod',
    'resume sales --stage prod',
    'list --settings settings.json --data ./data',
  ],
  notes: `${STORE_NOTES}
A paused line starts no callbacks. Its live calls go on. After resume, the line starts callbacks within a minute.`,
});

storeOptions(command.command('list'))
  .description('lists the lines and their state')
  .action(withServices(command, list));
storeOptions(command.command('show'))
  .description('shows a line, its runner and its agents')
  .argument('<name>', 'the name of the line')
  .action((name: string, options: StoreLocation) =>
    withServices(
      command,
      printing((services) => showLine(services, name, OWNER)),
    )(options),
  );
for (const [verb, paused, description] of [
  ['pause', true, 'stops a line from starting callbacks'],
  ['resume', false, 'lets a line start callbacks again'],
] as const) {
  storeOptions(command.command(verb))
    .description(description)
    .argument('<name>', 'the name of the line')
    .action((name: string, options: StoreLocation) =>
      withServices(
        command,
        printing((services) => pauseLine(services, name, paused, OWNER)),
      )(options),
    );
}

async function list(services: Services, { json }: StoreLocation): Promise<void> {
  const found = await listLines(services, OWNER);
  if (json) console.log(JSON.stringify(found, null, 2));
  else for (const text of lineTable(found.lines)) console.log(text);
}

const printing =
  (work: (services: Services) => Promise<LineView>) =>
  async (services: Services, { json }: StoreLocation): Promise<void> => {
    const line = await work(services);
    console.log(json ? JSON.stringify(line, null, 2) : lineLines(line).join('\n'));
  };
