import { addDoNotCall, listDoNotCall, removeDoNotCall } from '../lib/calls/do-not-call-list.ts';
import { parseDoNotCallRequest } from '../lib/calls/do-not-call-request.ts';
import { columns } from './columns.ts';
import { describeCommand } from './command.ts';
import { STORE_NOTES, type StoreLocation, storeOptions, withServices } from './store/with-services.ts';

interface AddOptions extends StoreLocation {
  until?: string;
}

export const command = describeCommand({
  name: 'do-not-call',
  description: 'Adds, removes and lists numbers that nobody may call.',
  examples: [
    'add +442079460000 --stage prod',
    'add +442079460000 --until 2027-01-01T00:00:00Z --stage prod',
    'remove +442079460000 --stage prod',
    'list --stage prod',
    'list --settings settings.json --data ./data',
  ],
  notes: `The settings need doNotCallSecret. The list has no numbers, only hashes that are made with this secret.
${STORE_NOTES}`,
});

storeOptions(command.command('add'))
  .description('adds a number, or changes its end time')
  .argument('<number>', 'with + and the country code, or as people write it in the country of a route')
  .option('--until <time>', 'an RFC 3339 time from which the number may be called again (default: never)')
  .action((number: string, options: AddOptions) =>
    withServices(command, async (services, { json, until }: AddOptions) => {
      const added = await addDoNotCall(services, parseDoNotCallRequest({ number, until }), () => true);
      if (json) return console.log(JSON.stringify(added, null, 2));
      const when = added.until === null ? 'any more' : `until ${added.until}`;
      console.log(`No route calls ${added.number} ${when}.`);
    })(options),
  );
storeOptions(command.command('remove'))
  .description('removes a number')
  .argument('<number>', 'the number')
  .action((number: string, options: StoreLocation) =>
    withServices(command, async (services, { json }: StoreLocation) => {
      const removed = await removeDoNotCall(services, number);
      if (json) return console.log(JSON.stringify(removed, null, 2));
      const outcome = removed.removed ? 'may be called again' : 'was not on the list';
      console.log(`${removed.number} ${outcome}.`);
    })(options),
  );
storeOptions(command.command('list'))
  .description('lists the hash of each number, the time of the entry, and the end of the entry')
  .action(
    withServices(command, async (services, { json }: StoreLocation) => {
      const numbers = await listDoNotCall(services);
      if (json) return console.log(JSON.stringify({ numbers }, null, 2));
      const rows = numbers.map(({ hash, addedAt, until, effective }) => [
        hash,
        addedAt,
        until ?? 'no end',
        effective ? '' : 'no effect: added with another doNotCallSecret',
      ]);
      if (rows.length === 0) return console.log('The list is empty.');
      for (const line of columns([['HASH', 'ADDED', 'UNTIL', ''], ...rows])) console.log(line);
    }),
  );
