import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Option } from 'commander';
import { DEFAULT_AGENTS } from '../lib/settings/route-settings.ts';
import { describeCommand } from './command.ts';
import { readCertificate } from './manager-conf/certificate.ts';
import { dialplan } from './manager-conf/dialplan.ts';
import { httpConf } from './manager-conf/http.ts';
import { managerConf } from './manager-conf/manager.ts';
import {
  parseAddress,
  parseContext,
  parseCountry,
  parseHost,
  parseName,
  parsePath,
  parsePattern,
  parsePermit,
  parsePrefixes,
  parseUser,
} from './manager-conf/parse.ts';
import { settingsSnippet } from './manager-conf/settings.ts';
import type { Wish } from './manager-conf/wish.ts';
import { parsePort } from './options.ts';

interface Options extends Omit<Wish, 'secret' | 'version' | 'control' | 'allow' | 'bind'> {
  bind?: string;
  allow?: string[];
  control?: boolean;
  asteriskVersion: Wish['version'];
  out?: string;
}

export const command = describeCommand({
  name: 'manager-conf',
  description:
    'Prints what Asterisk needs for callbacks and no more: manager.conf, http.conf, a dialplan context, and the settings that go with them. The secrets in it are new each time: they are nowhere but in what is printed.',
  examples: [
    '--user callback --permit 203.0.113.7 --country GB --allow +44 --host pbx.example.com',
    `--user callback --permit 203.0.113.7 --agents '^3[0-9]{3}$' --out ./pbx`,
    '--user callback --permit 203.0.113.0/28 --permit 2001:db8:7::/48 --control --out ./pbx',
    '--user callback --permit 203.0.113.7 --host pbx.internal --ca callback.crt --out ./pbx',
    '--user callback --permit 10.0.0.0/8 --asterisk-version 16 --trunk provider --context callbacks',
  ],
  notes: `Next: add what is in the files to those of your PBX, and put none of them in the place of one that is there: they are not
all that it needs. What --out writes only you can read; Asterisk's own user must be able to, where you put it. Reload, then
  npx asterisk-callback doctor --settings settings.json`,
})
  .requiredOption('--user <name>', 'the AMI user to be made', parseUser)
  .requiredOption(
    '--permit <cidr>',
    'where the functions come from, such as the address of your NAT gateway; may be repeated',
    parsePermit,
  )
  .option('--control', 'let it see, end and send digits to live calls too')
  .addOption(
    new Option('--asterisk-version <version>', 'take the nearest: 16 for up to 19, 22 for 20 and newer')
      .choices(['16', '22'])
      .default('22'),
  )
  .option('--context <name>', 'the dialplan context that callbacks enter', parseContext, 'callbacks')
  .option('--trunk <name>', "your provider's endpoint in pjsip.conf", parseName, 'trunk')
  .option('--allow <prefix>', 'which numbers may be called, such as +7; may be repeated', parsePrefixes)
  .option(
    '--country <code>',
    'the country whose numbers may be written without "+", such as GB',
    parseCountry,
  )
  .addOption(
    new Option('--agents <pattern>', 'which extensions may be asked for, such as "^3[0-9]{3}$"')
      .argParser(parsePattern)
      .default(DEFAULT_AGENTS, 'two to six digits that are no emergency number'),
  )
  .option('--host <name>', 'by which name the functions reach the PBX', parseHost, 'pbx.example.com')
  .option(
    '--bind <address>',
    'where TLS listens (default: 0.0.0.0, or :: if the host or a permit is IPv6)',
    parseAddress,
  )
  .option('--port <port>', 'on which port', parsePort, 8089)
  .option('--ami-port <port>', 'the port of AMI over TCP, on 127.0.0.1', parsePort, 5038)
  .option('--prefix <name>', 'the prefix of http.conf', parseName, 'telephony')
  .option('--cert <file>', 'the certificate', parsePath, '/etc/asterisk/keys/callback.crt')
  .option('--key <file>', 'its key', parsePath, '/etc/asterisk/keys/callback.key')
  .option(
    '--ca <file>',
    "a certificate to be put into the settings, if it is the PBX's own or of a private authority",
    readCertificate,
  )
  .option('--out <folder>', 'write files that only you can read, instead of printing')
  .action(run);

async function run({ out, control = false, allow = [], asteriskVersion, ...wished }: Options): Promise<void> {
  if (wished.port === wished.amiPort)
    command.error(`--port and --ami-port are both ${wished.port}: HTTPS and AMI over TCP need a port each.`);
  const secret = randomBytes(32).toString('base64url');
  const isIPv6 = [wished.host, ...wished.permit].some((each) => each.includes(':'));
  const wish: Wish = {
    bind: isIPv6 ? '::' : '0.0.0.0',
    ...wished,
    secret,
    version: asteriskVersion,
    control,
    allow,
  };
  const files = {
    'manager.conf': managerConf(wish),
    'http.conf': httpConf(wish),
    'extensions.conf': dialplan(wish),
    'settings.json': settingsSnippet(wish),
  };
  if (allow.length === 0)
    console.error('The route lets no number through yet: name prefixes in its "allow", or use --allow.');
  if (wish.country === undefined)
    console.error(
      'The route has no country: numbers are taken only with "+"; with --country, such as GB, also as people there write them.',
    );
  if (out !== undefined) return await writeAll(out, files);
  for (const [name, text] of Object.entries(files)) console.log(`; ---------- ${name} ----------\n${text}`);
}

async function writeAll(out: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(out, { recursive: true, mode: 0o700 }).catch(({ code }: NodeJS.ErrnoException) =>
    command.error(
      `${out} ${code === 'EEXIST' ? 'is no folder' : `cannot be made (${code})`}: choose an empty folder.`,
    ),
  );
  for (const [name, text] of Object.entries(files)) {
    // `wx`: a file that is there already may be somebody's configuration.
    await writeFile(join(out, name), text, { mode: 0o600, flag: 'wx' }).catch(
      ({ code }: NodeJS.ErrnoException) =>
        command.error(`${join(out, name)} was not written (${code}): choose an empty folder.`),
    );
    console.log(join(out, name));
  }
}
