import { InvalidArgumentError, Option } from 'commander';
import type { CallbackView } from '../lib/calls/callback.ts';
import { callStatus, cancelCall } from '../lib/calls/control-callback.ts';
import { eraseCallbacks, listCallbacks, searchCallbacks } from '../lib/calls/list-callbacks.ts';
import { parseListRequest } from '../lib/calls/list-request.ts';
import type { Services } from '../lib/calls/services.ts';
import { Deadline } from '../lib/shared/deadline.ts';
import { callbackLines, callbackTable } from './callbacks/show.ts';
import { describeCommand } from './command.ts';
import { STORE_NOTES, type StoreLocation, storeOptions, withServices } from './store/with-services.ts';

const STATUS_TIMEOUT_MS = 15_000;

interface ListOptions extends StoreLocation {
  to?: string;
  limit: number;
  status?: string;
  route?: string;
  line?: string;
  agent?: string;
  from?: string;
  until?: string;
}

export const command = describeCommand({
  name: 'callbacks',
  description: 'Lists, shows, cancels and erases callbacks.',
  examples: [
    'list --stage prod --status no-answer --limit 50',
    'show cb_01a2087e… --stage prod',
    'cancel cb_01a2087e… --stage prod',
    'erase --to +442079460000 --stage prod',
    'list --settings settings.json --data ./data',
  ],
  notes: STORE_NOTES,
});

storeOptions(command.command('list'))
  .description('lists callbacks, the newest first')
  .addOption(
    new Option(
      '--to <number>',
      'only callbacks to this number; cannot be combined with other filters',
    ).conflicts(['status', 'route', 'line', 'agent', 'from', 'until']),
  )
  .option('--status <status>', 'only callbacks with this status')
  .option('--route <name>', 'only callbacks of this route')
  .option('--line <name>', 'only callbacks of this line')
  .option('--agent <extension>', 'only callbacks of this agent')
  .option(
    '--from <time>',
    'only callbacks created at or after this RFC 3339 time; without it, of the last 90 days',
  )
  .option('--until <time>', 'only callbacks created before this RFC 3339 time')
  .option('--limit <n>', 'the largest number of callbacks to list', parseLimit, 20)
  .action(withServices(command, list));
storeOptions(command.command('show'))
  .description('shows a callback; if its call is live, asks the PBX for the status')
  .argument('<id>', 'the id of the callback')
  .action((id: string, options: StoreLocation) => withServices(command, withId(id, show))(options));
storeOptions(command.command('cancel'))
  .description('cancels a callback; hangs up a live call')
  .argument('<id>', 'the id of the callback')
  .action((id: string, options: StoreLocation) => withServices(command, withId(id, cancel))(options));
storeOptions(command.command('erase'))
  .description(
    'removes the records of a number. If an erased request arrives again with its Idempotency-Key within 24 hours, no phone rings',
  )
  .requiredOption('--to <number>', 'the number whose callbacks are removed')
  .action(withServices(command, erase));

type Work<Options> = (services: Services, options: Options) => Promise<void>;

const withId =
  (id: string, work: (services: Services, id: string) => Promise<CallbackView>): Work<StoreLocation> =>
  async (services, { json }) => {
    const callback = await work(services, id);
    console.log(json ? JSON.stringify(callback, null, 2) : callbackLines(callback).join('\n'));
  };

const owner = () => ({ deadline: Deadline.in(STATUS_TIMEOUT_MS), mayUseRoute: () => true });
const lister = { principal: 'owner', mayUseRoute: () => true };

async function list(services: Services, { json, limit, to, ...options }: ListOptions): Promise<void> {
  const { status, route, line, agent, from, until } = options;
  const found: CallbackView[] = [];
  let cursor: string | null | undefined;
  do {
    const page = { limit: Math.min(100, limit - found.length), ...(cursor && { cursor }) };
    const filters = parseListRequest({ status, route, line, agent, from, until, ...page });
    const next =
      to === undefined
        ? await listCallbacks(services, filters, lister)
        : await searchCallbacks(services, { to, ...page }, lister);
    found.push(...next.callbacks);
    cursor = next.cursor;
  } while (cursor !== null && found.length < limit);
  if (json) console.log(JSON.stringify({ callbacks: found, more: cursor !== null }, null, 2));
  else if (found.length === 0) console.log('No callbacks match.');
  else for (const text of callbackTable(found)) console.log(text);
}

const show = (services: Services, id: string): Promise<CallbackView> => callStatus(services, id, owner());

const cancel = (services: Services, id: string): Promise<CallbackView> => cancelCall(services, id, owner());

async function erase(services: Services, { to, json }: StoreLocation & { to: string }): Promise<void> {
  const erased = await eraseCallbacks(services, to);
  const records = erased === 1 ? 'record' : 'records';
  console.log(json ? JSON.stringify({ erased }) : `Removed ${erased} ${records}.`);
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d{1,5}$/.test(text) && limit > 0) return limit;
  throw new InvalidArgumentError('Use a number from 1 to 99999.');
}
