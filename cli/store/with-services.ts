import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Services } from '../../lib/calls/services.ts';
import { CallbackError } from '../../lib/problems/callback-error.ts';
import { DATABASE_FILE } from '../../lib/store/sqlite/database.ts';
import { parseStage } from '../options.ts';
import { endWithProblems } from '../read-settings.ts';
import { openServices, type ServicesLocation } from './open-services.ts';

/** Options of every command that works on what a stage, or `start`, remembers. */
export interface StoreLocation extends ServicesLocation {
  json?: true;
}

export const STORE_NOTES = `With --stage, set AWS_REGION and credentials that may read the settings and use the table.
With --settings, add --data or --dynamodb as for start. No other program can read a store in memory.`;

/** Adds the options that say where the store is. */
export function storeOptions(verb: Command): Command {
  return verb
    .addOption(new Option('--stage <name>', 'the deployed stage').argParser(parseStage).conflicts('settings'))
    .option('--table <name>', 'the table of the stage, if serverless.yml names another one')
    .option('--settings <file>', 'the settings file of start on this machine')
    .addOption(new Option('--data <folder>', 'the folder of start --data').conflicts(['dynamodb', 'stage']))
    .addOption(new Option('--dynamodb <url>', 'the DynamoDB of start --dynamodb').conflicts('stage'))
    .option('--json', 'print JSON');
}

/** Opens the services, and reports what goes wrong as an error of the command. */
export function withServices<Options extends StoreLocation>(
  command: Command,
  work: (services: Services, options: Options) => Promise<void>,
): (options: Options) => Promise<void> {
  return async (options) => {
    const { stage, settings, data, dynamodb } = options;
    const isLocal = settings !== undefined && (data !== undefined || dynamodb !== undefined);
    if (stage === undefined && !isLocal) {
      return command.error(
        'Name where they are stored: --stage NAME, or --settings FILE with --data or --dynamodb.',
      );
    }
    if (data !== undefined && !existsSync(join(data, DATABASE_FILE)))
      return command.error(
        `${data} holds no callbacks. Check --data, or run start with it first: it makes ${DATABASE_FILE} there.`,
      );
    const services = await openServices(options);
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
