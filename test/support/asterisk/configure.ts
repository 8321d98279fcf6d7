import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, rtpRange } from '../debian/ports.ts';
import { agents } from './phones.ts';
import {
  type AmiUser,
  type AsteriskVersion,
  type Certificates,
  type Pbx,
  type UserName,
  userNames,
} from './types.ts';

/** Returns the text of a file of /etc/asterisk, changed for a test that needs another configuration. */
export type EditFile = (name: string, text: string, pbx: Pbx) => string;

/** Writes the PBX's /etc/asterisk: the files of etc/ (and etc-16/) with the ports, secrets and phones of this start. */
export async function configure(
  root: string,
  dir: string,
  version: AsteriskVersion,
  certificates: Certificates,
  { httpPort: wantedHttpPort, edit = (_name, text) => text }: { httpPort?: number; edit?: EditFile } = {},
): Promise<Pbx> {
  const etc = join(dir, 'etc');
  const folders = ['etc', 'log', 'merged', 'spool/outgoing'];
  await Promise.all(folders.map((name) => mkdir(join(dir, name), { recursive: true })));
  // Debian's own asterisk.conf: its [directories] differ between the versions.
  await cp(join(root, 'etc/asterisk/asterisk.conf'), join(etc, 'asterisk.conf'));
  await writeFile(join(etc, 'server.crt'), certificates.server.cert);
  await writeFile(join(etc, 'server.key'), certificates.server.key);

  const ports = {
    httpPort: wantedHttpPort ?? (await freePort()),
    httpsPort: await freePort(),
    amiPort: await freePort(),
    pjsipPort: await freePort(),
    sipPort: await freePort(),
    phonesPort: await freePort(),
  };
  const rtp = rtpRange();
  const secret = randomBytes(18).toString('base64url');
  const values: Record<string, string | number> = {
    ...ports,
    rtpStart: rtp.start,
    rtpEnd: rtp.end,
    secret,
    trunk: version === '16' ? 'SIP' : 'PJSIP',
    pjsipAgents: agents
      .map(
        (agent) =>
          `[${agent}](agent)\naors = ${agent}\n[${agent}](phone)\ncontact = sip:${agent}@127.0.0.1:${ports.phonesPort}`,
      )
      .join('\n'),
    sipAgents: agents.map((agent) => `[${agent}](agent)\ndefaultuser = ${agent}`).join('\n'),
    hints: [...agents, '3299'].map((agent) => `exten => ${agent},hint,PJSIP/${agent}`).join('\n'),
  };
  const users = Object.fromEntries(userNames.map((username) => [username, { username, secret }]));
  const pbx: Pbx = {
    version,
    httpUrl: `http://127.0.0.1:${ports.httpPort}`,
    httpsUrl: `https://127.0.0.1:${ports.httpsPort}`,
    amiPort: ports.amiPort,
    users: users as Record<UserName, AmiUser>,
    ca: certificates.ca,
    certificates,
    phonesPort: ports.phonesPort,
    logFile: join(dir, 'log/messages.log'),
    phonesLog: join(dir, 'log/phones.log'),
    digitsLog: join(dir, 'log/digits.log'),
    spool: join(dir, 'spool/outgoing'),
  };
  for (const folder of version === '16' ? ['etc', 'etc-16'] : ['etc']) {
    const from = fileURLToPath(new URL(folder, import.meta.url));
    for (const name of await readdir(from)) {
      const text = await readFile(join(from, name), 'utf8');
      await writeFile(join(etc, name), edit(name, fill(text, values), pbx));
    }
  }
  return pbx;
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/@([a-z]\w*)@/gi, (mark, name: string) => String(values[name] ?? mark));
}
