import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInSandbox, type Sandbox } from '../debian/sandbox.ts';
import { listenForDigits } from './rtp-dtmf.ts';
import type { Pbx } from './types.ts';

/** The agents of pjsip.conf and sip.conf. 3299 is configured too, but has no phone. */
export const agents = [
  '3200',
  '3201',
  '3202',
  '3203',
  '3204',
  '3205',
  '3206',
  '3207',
  '3208',
  '3209',
] as const;

/**
 * Plays every phone and every customer with one sipp, and receives their media. The called number decides what its
 * scenario does. Writes every INVITE to `dir/log/phones.log`, and every digit to `digitsLog`.
 */
export async function startPhones(root: string, dir: string, port: number): Promise<Sandbox> {
  await copyFile(fileURLToPath(new URL('phones.xml', import.meta.url)), join(dir, 'etc/phones.xml'));
  const rtp = await listenForDigits(join(dir, 'log/digits.log'));
  const phones = runInSandbox(root, dir, [
    'sipp',
    ...['-sf', '/etc/asterisk/phones.xml', '-i', '127.0.0.1', '-p', String(port)],
    ...['-key', 'rtp_port', String(rtp.port)],
    ...['-trace_logs', '-log_file', '/var/log/asterisk/phones.log'],
    ...['-trace_err', '-error_file', '/var/log/asterisk/phones-errors.log'],
    ...['-nostdin', '-skip_rlimit'],
  ]);
  return {
    ...phones,
    stop: async () => {
      await phones.stop();
      rtp.close();
    },
  };
}

/** What an INVITE told a phone. */
export interface Invite {
  /** The called number, from the request's URI. */
  callee: string;
  /** The number that the phone shows, from `From`. */
  from: string;
  /** The name that the phone shows; '' for none. */
  fromName: string;
  /** `P-Asserted-Identity`, '' for none. */
  asserted: string;
  callId: string;
  /** The port that Asterisk sends this call's media from. It finds the call's digits in `readDigits`. */
  rtpPort: number;
  text: string;
}

/** Returns every INVITE since the start except re-INVITEs, oldest first. */
export async function readInvites(pbx: Pick<Pbx, 'phonesLog'>): Promise<Invite[]> {
  const log = await readFile(pbx.phonesLog, 'utf8').catch(() => '');
  return log
    .split('=== received')
    .filter((text) => text.startsWith('INVITE'))
    .map(parseInvite);
}

function parseInvite(text: string): Invite {
  const field = (pattern: RegExp) => decodeURIComponent(pattern.exec(text)?.[1] ?? '');
  return {
    callee: field(/^INVITE sip:([^@\s]+)@/),
    from: field(/^From:.*<sip:([^@>]+)@/im),
    fromName: /^From: *"((?:[^"\\]|\\.)*)"/im.exec(text)?.[1] ?? '',
    asserted: /^P-Asserted-Identity: *(.*?)\r?$/im.exec(text)?.[1] ?? '',
    callId: /^Call-ID: *(\S+)/im.exec(text)?.[1] ?? '',
    rtpPort: Number(/^m=audio (\d+)/m.exec(text)?.[1]),
    text,
  };
}
