import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Option } from 'commander';
import { DEFAULT_AGENTS } from '../lib/settings/route-settings.ts';
import { describeCommand } from './command.ts';
import { isUsable, makeSelfSigned, readCertificate } from './manager-conf/certificate.ts';
import { dialplan } from './manager-conf/dialplan.ts';
import { httpConf } from './manager-conf/http.ts';
import { managerConf } from './manager-conf/manager.ts';
import { CERTIFICATE, KEY, nextSteps } from './manager-conf/next-steps.ts';
import {
  parseAddress,
  parseContext,
  parseCountry,
  parseHost,
  parseName,
  parsePath,
  parsePattern,
  parsePermit,
  parsePrefix,
  parsePrefixes,
  parseUser,
} from './manager-conf/parse.ts';
import { keepSettings, settingsFor } from './manager-conf/settings.ts';
import { ADDITIONS, type WantedConfiguration } from './manager-conf/wanted-configuration.ts';
import {
  FolderError,
  makeFolder,
  readEarlier,
  readIfThere,
  SETTINGS_FILE,
  writeFiles,
} from './manager-conf/write.ts';
import { parsePort } from './options.ts';

interface Options extends Omit<WantedConfiguration, 'secret' | 'version' | 'bind' | 'prefix'> {
  bind?: string;
  prefix?: string;
  asteriskVersion: WantedConfiguration['version'];
  selfSigned?: boolean;
  out?: string;
}

export const command = describeCommand({
  name: 'manager-conf',
  description:
    'Prints the configuration that Asterisk needs for callbacks: additions to manager.conf, http.conf and the dialplan, and settings for them. The secrets are new and random. Without --out they are stored nowhere, so keep the output.',
  examples: [
    '--user callback --permit 203.0.113.7 --country GB --allow +44 --host pbx.example.com --self-signed --out pbx',
    `--user callback --permit 203.0.113.7 --agents '^3[0-9]{3}$' --host pbx.example.com --out pbx`,
    '--user callback --permit 203.0.113.0/28 --permit 2001:db8:7::/48 --control --out pbx',
    '--user callback --permit 203.0.113.7 --host pbx.internal --ca callback.crt --out pbx',
    '--user callback --permit 10.0.0.0/8 --freepbx --host pbx.internal --self-signed --out pbx',
    '--user callback --permit 10.0.0.0/8 --asterisk-version 16 --trunk provider --context callbacks',
  ],
  notes: `With --out, the command also prints the next steps: how to add the files to the files of the PBX, and how to check the result. A second run
for the same folder keeps the secrets, the certificate and your changes of settings.json.`,
})
  .requiredOption('--user <name>', 'the name of the new AMI user', parseUser)
  .requiredOption(
    '--permit <cidr>',
    'the address that the requests of the functions come from, such as that of your NAT gateway; may be repeated',
    parsePermit,
  )
  .option('--control', 'let the user also see and hang up live calls, and send digits', false)
  .addOption(
    new Option('--asterisk-version <version>', '16 for versions up to 19, 22 for 20 and newer')
      .choices(['16', '22'])
      .default('22'),
  )
  .option('--freepbx', 'write additions to the _custom files of FreePBX', false)
  .option('--context <name>', 'the dialplan context that callbacks enter', parseContext, 'callbacks')
  .option('--trunk <name>', "your provider's endpoint in pjsip.conf", parseName, 'trunk')
  .addOption(
    new Option('--allow <prefix>', 'a prefix that may be called, such as +7; may be repeated')
      .argParser(parsePrefixes)
      .default([], 'none'),
  )
  .option('--country <code>', 'the country of numbers without "+", such as GB', parseCountry)
  .addOption(
    new Option('--agents <pattern>', 'the extensions that a request may name, such as "^3[0-9]{3}$"')
      .argParser(parsePattern)
      .default(DEFAULT_AGENTS, 'two to six digits, without emergency numbers'),
  )
  .option('--host <name>', 'the name by which the functions reach the PBX', parseHost, 'pbx.example.com')
  .option(
    '--bind <address>',
    'the address on which TLS listens (default: 0.0.0.0, or :: if the host or a permit is IPv6)',
    parseAddress,
  )
  .option('--port <port>', 'the port on which TLS listens', parsePort, 8089)
  .option('--ami-port <port>', 'the port of AMI over TCP, on 127.0.0.1', parsePort, 5038)
  .option(
    '--prefix <name>',
    'the prefix of http.conf, "" for none (default: "telephony", none with --freepbx)',
    parsePrefix,
  )
  .option(
    '--cert <file>',
    'the path of the certificate on the PBX',
    parsePath,
    '/etc/asterisk/keys/callback.crt',
  )
  .option(
    '--key <file>',
    'the path of the key of the certificate on the PBX',
    parsePath,
    '/etc/asterisk/keys/callback.key',
  )
  .addOption(
    new Option(
      '--ca <file>',
      'write this certificate into the settings; for a private CA, or for your own certificate',
    )
      .argParser(readCertificate)
      .conflicts('selfSigned'),
  )
  .option('--self-signed', 'make a certificate for --host, and write it into the settings; needs --out')
  .option('--out <folder>', 'write files that only you can read, instead of printing')
  .action(run);

async function run({ out, selfSigned = false, asteriskVersion, ...options }: Options): Promise<void> {
  if (options.port === options.amiPort)
    command.error(
      `--port and --ami-port are both ${options.port}. HTTPS and AMI over TCP need different ports.`,
    );
  if (selfSigned && (out === undefined || !isGiven('host')))
    command.error('--self-signed needs --host NAME for the certificate, and --out FOLDER for its files.');
  const isIPv6 = [options.host, ...options.permit].some((each) => each.includes(':'));
  const wanted: WantedConfiguration = {
    bind: isIPv6 ? '::' : '0.0.0.0',
    prefix: options.freepbx ? '' : 'telephony',
    ...options,
    secret: randomBytes(32).toString('base64url'),
    version: asteriskVersion,
  };
  if (out === undefined) print(wanted);
  else
    await writeAll(out, wanted, selfSigned).catch((error: unknown) => {
      if (error instanceof FolderError) return command.error(error.message);
      throw error;
    });
}

const filesFor = (wanted: WantedConfiguration): Record<string, string> => ({
  [ADDITIONS.manager]: managerConf(wanted),
  [ADDITIONS.http]: httpConf(wanted),
  [ADDITIONS.extensions]: dialplan(wanted),
});

function print(wanted: WantedConfiguration): void {
  const settings = settingsFor(wanted);
  warn(settings);
  const files = { ...filesFor(wanted), [SETTINGS_FILE]: json(settings) };
  for (const [name, text] of Object.entries(files)) console.log(`; ---------- ${name} ----------\n${text}`);
}

async function writeAll(out: string, fromOptions: WantedConfiguration, selfSigned: boolean): Promise<void> {
  makeFolder(out);
  const earlier = await readEarlier(out);
  const secret = earlier?.['pbx/main/secret'];
  const wanted = {
    ...fromOptions,
    ...(typeof secret === 'string' && { secret }),
    ...(selfSigned && { ca: await ownCertificate(out, fromOptions.host) }),
  };
  const fresh = settingsFor(wanted);
  const { context, agents, allow, country } = wanted;
  const given = Object.fromEntries(
    Object.entries({ context, agents, allow, country }).filter(([name]) => isGiven(name)),
  );
  const settings = earlier ? keepSettings(fresh, earlier, given) : fresh;
  const files = { ...filesFor(wanted), [SETTINGS_FILE]: json(settings) };
  await writeFiles(out, files);
  warn(settings);
  const names = [...Object.keys(files), ...(selfSigned ? [CERTIFICATE, KEY] : [])];
  const kept = earlier ? '. The secrets of the earlier run are kept' : '';
  console.log(`Written to ${out}: ${names.join(', ')}${kept}.\n\n${nextSteps(out, wanted, selfSigned)}`);
}

/** Returns the certificate of an earlier run while it serves for the host, otherwise a new one. */
async function ownCertificate(out: string, host: string): Promise<string> {
  const [certificate, key] = [join(out, CERTIFICATE), join(out, KEY)];
  const earlier = await readIfThere(certificate);
  if (earlier !== undefined && isUsable(earlier, host) && (await readIfThere(key))) return earlier;
  await Promise.all([certificate, key].map((file) => rm(file, { force: true })));
  await makeSelfSigned(host, key, certificate).catch((error: NodeJS.ErrnoException) =>
    command.error(
      error.code === 'ENOENT'
        ? 'The program openssl is missing here. Install it (on Debian: apt-get install openssl) and run the command again.'
        : `openssl could not make the certificate: ${error.message.split('\n').slice(0, 3).join(' ')}`,
    ),
  );
  return (await readIfThere(certificate)) ?? '';
}

const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';

function warn(settings: Readonly<Record<string, unknown>>): void {
  const { to } = Object(settings['routes/default']);
  if (Array.isArray(to?.allow) && to.allow.length === 0)
    console.error('The route allows no number yet. Add prefixes to its "allow", or use --allow.');
  if (to?.country === undefined)
    console.error(
      'The route has no country, so it accepts only numbers with "+". With --country, such as GB, it also accepts national numbers of this country.',
    );
}

const json = (settings: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify(settings, null, 2)}\n`;
