import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Services } from '../../lib/calls/services.ts';
import { CallbackError } from '../../lib/problems/callback-error.ts';
import { DATABASE_FILE } from '../../lib/store/sqlite/database.ts';
import { LocalStoreError } from '../../local/local-store.ts';
import { parseStage } from '../options.ts';
import { endWithProblems } from '../read-settings.ts';
import { openServices, type ServicesLocation } from './open-services.ts';

/** Options of every command that uses the store of a stage or of `start`. */
export interface StoreLocation extends ServicesLocation {
  json?: true;
}

export const STORE_NOTES = `With --stage, set AWS_REGION and credentials that may read the settings and use the table.
With --settings, add the --data or --dynamodb of start. If start keeps its callbacks in memory, no command can read them.`;

/** Adds the options of StoreLocation. */
export function storeOptions(verb: Command): Command {
  return verb
    .addOption(new Option('--stage <name>', 'the deployed stage').argParser(parseStage).conflicts('settings'))
    .addOption(
      new Option(
        '--table <name>',
        'the DynamoDB table of the stage (default: asterisk-callback-<stage>)',
      ).conflicts('settings'),
    )
    .option('--settings <file>', 'the settings file of `start` on this machine')
    .addOption(
      new Option('--data <folder>', 'the folder that `start` has as --data').conflicts(['dynamodb', 'stage']),
    )
    .addOption(
      new Option('--dynamodb <url>', 'the DynamoDB that `start` has as --dynamodb').conflicts('stage'),
    )
    .option('--json', 'print JSON');
}

/** Opens the services and passes them to `work`. Ends the command if `work` fails with a problem. */
export function withServices<Options extends StoreLocation>(
  command: Command,
  work: (services: Services, options: Options) => Promise<void>,
): (options: Options) => Promise<void> {
  return async (options) => {
    const { stage, settings, data, dynamodb } = options;
    const isLocal = settings !== undefined && (data !== undefined || dynamodb !== undefined);
    if (stage === undefined && !isLocal) {
      return command.error('Add --stage NAME, or --settings FILE with --data FOLDER or --dynamodb URL.');
    }
    if (data !== undefined && !existsSync(join(data, DATABASE_FILE)))
      return command.error(
        `${data} has no ${DATABASE_FILE}. Check --data. \`npx asterisk-callback start --data ${data}\` creates the file.`,
      );
    const services = await openServices(options).catch((error: unknown) => {
      if (error instanceof LocalStoreError) return command.error(error.message);
      throw error;
    });
    try {
      await work(services, options);
    } catch (error) {
      if (error instanceof CallbackError) return command.error([error.message, error.hint].join('\n').trim());
      endWithProblems(command, settings)(error);
    } finally {
      await services.close();
    }
  };
}
