import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Option } from 'commander';
import { untilEnded } from '../local/until-ended.ts';
import { makeCertificates } from '../test/support/asterisk/certificates.ts';
import { type RunningPbx, startPbx, sweep } from '../test/support/asterisk/pbx.ts';
import { type AsteriskVersion, versions } from '../test/support/asterisk/types.ts';
import { tcpIsFree } from '../test/support/debian/ports.ts';
import { whyNoDebianRoot } from '../test/support/debian/roots.ts';
import { describeCommand } from './command.ts';
import { parsePort } from './options.ts';

interface Options {
  version: AsteriskVersion;
  port?: number;
}

export const command = describeCommand({
  name: 'asterisk',
  description:
    'Runs a real Asterisk with simulated phones on this machine, until Ctrl-C. Needs Linux and root.',
  examples: ['', '--version 16', '--port 8088'],
})
  .addOption(new Option('--version <version>', 'the version of Asterisk').choices(versions).default('22'))
  .option('--port <port>', 'the port of the HTTP server (default: a free port)', parsePort)
  .action(run);

async function run({ version, port }: Options): Promise<void> {
  const reason = await whyNoDebianRoot();
  if (reason !== undefined) return command.error(`Asterisk cannot run here: ${reason}.`);
  if (port !== undefined && !(await tcpIsFree(port))) {
    return command.error(`Port ${port} is in use. Choose another port, or leave --port out.`);
  }
  await sweep();
  const running = await startPbx(
    version,
    await makeCertificates(),
    port === undefined ? {} : { httpPort: port },
  );
  untilEnded(() => running.stop().then(() => process.exit(0)));
  // Keeps the process alive until Ctrl-C.
  setInterval(() => {}, 2 ** 30);
  await explain(running);
}

async function explain({ pbx, dir }: RunningPbx): Promise<void> {
  const { username, secret } = pbx.users.control;
  const key = randomBytes(18).toString('base64url');
  const settings = {
    'pbx/main/url': pbx.httpsUrl,
    'pbx/main/username': username,
    'pbx/main/secret': secret,
    'pbx/main/ca': pbx.ca,
    'routes/default': {
      channel: 'PJSIP/{agent}',
      context: 'OUT_EXT2',
      agents: '^32[0-9]{2}$',
      to: { country: 'RU', allow: ['+7'] },
      variables: ['CRM_ID'],
      classic: { c: ['OUT_EXT2'], p: ['1'] },
    },
    'keys/demo': { secret: key, inUrl: true },
  };
  const file = join(dir, 'settings.json');
  await writeFile(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  console.log(`Asterisk ${pbx.version} is running. It has the agents 3200 to 3209 and a trunk to customers.

  AJAM      ${pbx.httpUrl}/rawman
            ${pbx.httpsUrl}/rawman   (the settings below contain the CA)
  AMI       127.0.0.1:${pbx.amiPort}
  user      ${username}
  secret    ${secret}
  log       ${pbx.logFile}

The last two digits of an agent's or customer's number decide what the phone does: 00 answers, 01 is busy, 02 declines,
03 is unavailable, 04 does not exist, 05 is out of service, 06 only rings, 07 answers and hangs up, 08 answers late.

In another terminal:

  npx asterisk-callback start --settings ${file}
  curl -H 'Authorization: Bearer demo.${key}' -d to=74951234500 -d agent=3200 http://localhost:3000/callbacks

Ctrl-C stops Asterisk.`);
}
