import { currentLimits } from '../lib/calls/limits/limit-report.ts';
import type { Services } from '../lib/calls/services.ts';
import { columns } from './columns.ts';
import { describeCommand } from './command.ts';
import { STORE_NOTES, type StoreLocation, storeOptions, withServices } from './store/with-services.ts';

interface ShowOptions extends StoreLocation {
  to?: string;
  agent?: string;
}

export const command = describeCommand({
  name: 'limits',
  description: 'Shows how much of each limit is used.',
  examples: [
    'show --stage prod',
    'show --stage prod --to +442079460000 --agent 3200',
    'show --settings settings.json --data ./data --json',
  ],
  notes: `${STORE_NOTES}
With --to, the command also shows perNumberPerDay of this number. With --agent, it also shows perAgentPerHour of this agent.`,
});

storeOptions(command.command('show'))
  .description('shows how much of each limit is used')
  .option('--to <number>', 'also show the limits of this number')
  .option('--agent <extension>', 'also show the limits of this agent')
  .action(withServices(command, show));

async function show(services: Services, { json, to, agent }: ShowOptions): Promise<void> {
  const limits = await currentLimits(services, { to, agent });
  if (json) return console.log(JSON.stringify({ limits }, null, 2));
  if (limits.length === 0) return console.log('The settings have no limits.');
  const rows = limits.map(({ parameter, limit, used, max, endsAt }) => [
    parameter,
    limit,
    `${used} of ${max}`,
    endsAt,
  ]);
  for (const line of columns([['PARAMETER', 'LIMIT', 'USED', 'UNTIL'], ...rows])) console.log(line);
}
