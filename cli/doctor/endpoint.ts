import { Client } from 'undici';
import { header, parsePackets } from '../../lib/ajam/index.ts';
import type { PbxSettings } from '../../lib/settings/settings.ts';
import { amiBanner, isAmi } from './banner.ts';
import { speaksTls } from './certificate.ts';
import { fail, ok, type Verdict } from './finding.ts';
import { codeOf } from './reach.ts';

/** What http.conf is often given as `prefix`; the second is that of manager-conf. */
const USUAL_PREFIXES = ['', '/telephony', '/asterisk', '/ajam', '/ami', '/pbx', '/manager'];
const REPLY_MS = 5000;
/** What is longer is no answer to a Ping. */
const MAX_BYTES = 256 * 1024;

interface Answer {
  status: number;
  server: string;
  type: string;
  cookie: boolean;
  location: string;
  body: string;
}

/** The verdict, and what the `Server` header said. */
export interface EndpointCheck {
  verdict: Verdict;
  server: string;
}

/** Whether AJAM answers under the url: asked without a login, it has to say `Permission denied`. */
export async function checkEndpoint({ url, ca }: PbxSettings): Promise<EndpointCheck> {
  const base = new URL(url);
  const prefix = base.pathname.replace(/\/+$/, '');
  try {
    const answer = await ask(base, prefix, ca);
    const verdict = isAjam(answer) ? judgeAjam(answer) : await judgeOther(answer, base, prefix, ca);
    return { verdict, server: answer.server };
  } catch (error) {
    return { verdict: await noAnswer(codeOf(error), base), server: '' };
  }
}

async function ask(base: URL, prefix: string, ca: string | undefined): Promise<Answer> {
  const client = new Client(base.origin, {
    allowH2: false,
    headersTimeout: REPLY_MS,
    bodyTimeout: REPLY_MS,
    maxResponseSize: MAX_BYTES,
    connect: { timeout: REPLY_MS, ...(ca === undefined ? {} : { ca, allowPartialTrustChain: true }) },
  });
  try {
    const { statusCode, headers, body } = await client.request({
      method: 'POST',
      path: `${prefix}/rawman`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=Ping',
    });
    return {
      status: statusCode,
      server: String(headers['server'] ?? ''),
      type: String(headers['content-type'] ?? ''),
      cookie: /mansession_id=/.test(String(headers['set-cookie'] ?? '')),
      location: String(headers['location'] ?? ''),
      body: await body.text(),
    };
  } finally {
    await client.destroy();
  }
}

function isAjam({ status, type, body }: Answer): boolean {
  if (status !== 200 || /html|xml|json/i.test(type)) return false;
  try {
    const [first] = parsePackets(body);
    return first?.kind === 'response' && header(first, 'Message') !== undefined;
  } catch {
    return false;
  }
}

function judgeAjam({ cookie, server }: Answer): Verdict {
  if (cookie) return ok(`AJAM answers${server && ` (Server: ${server})`}`);
  return fail(
    'AJAM answers, but without its session cookie (mansession_id)',
    'a proxy in between drops Set-Cookie: let it pass, and the Cookie header the other way',
  );
}

async function judgeOther(
  answer: Answer,
  base: URL,
  prefix: string,
  ca: string | undefined,
): Promise<Verdict> {
  const { status, server, location } = answer;
  const who = server === '' ? 'a server that does not tell its name' : server;
  if (status === 404) {
    const right = await rightPrefix(base, prefix, ca);
    if (right !== undefined)
      return fail(
        `404 at ${prefix}/rawman; AJAM is at ${right}/rawman: the url has the wrong prefix`,
        `write the url as ${base.origin}${right} (prefix in http.conf)`,
      );
    if (!/asterisk/i.test(server)) return notAjam(`404 from ${who} at ${prefix}/rawman`);
    return fail(
      `Asterisk answers, but not with AJAM: 404 at ${prefix}/rawman`,
      'set enabled=yes and webenabled=yes in [general] of manager.conf and run `asterisk -rx "manager reload"`; if both are so, http.conf has another prefix than the url (`asterisk -rx "http show status"` shows where rawman is)',
    );
  }
  if (status === 401 || status === 403)
    return fail(
      `HTTP ${status} from ${who}`,
      'let this address in: an ACL of http.conf ([/rawman], type=restriction) or a proxy in front of Asterisk keeps it out',
    );
  if (status >= 300 && status < 400)
    return fail(
      `${who} redirects (HTTP ${status}) to ${location.replace(/[?#].*/s, '').slice(0, 100)}`,
      'write that address in the url; a POST is never sent on',
    );
  if (status >= 500)
    return fail(`HTTP ${status} from ${who}`, 'Asterisk or the proxy in front of it is down: see its log');
  return notAjam(`HTTP ${status} from ${who}, which is not AJAM`);
}

const notAjam = (found: string): Verdict =>
  fail(
    found,
    "the url leads to another server: write host and port of Asterisk's own HTTP server (8088, with TLS 8089), and the prefix of http.conf, if any",
  );

async function rightPrefix(base: URL, tried: string, ca: string | undefined): Promise<string | undefined> {
  for (const prefix of USUAL_PREFIXES) {
    if (prefix === tried) continue;
    if (await ask(base, prefix, ca).then(isAjam, () => false)) return prefix;
  }
  return undefined;
}

async function noAnswer(code: string, base: URL): Promise<Verdict> {
  const banner = await amiBanner(base);
  if (banner !== undefined) return isAmi(base, banner);
  if (base.protocol === 'http:' && (await speaksTls(base)))
    return fail('the port speaks TLS, and the url says http', 'write https:// in the url');
  if (/UND_ERR_SOCKET|ECONNRESET/.test(code))
    return fail(
      'the connection is taken and hung up without an answer',
      'raise sessionlimit in http.conf (100 connections by default; phones in browsers use them too) and reload it',
    );
  if (/TIMEOUT/.test(code))
    return fail(
      `no answer within ${REPLY_MS / 1000} s`,
      'Asterisk hangs, or something in between swallows it: see its log',
    );
  return fail(`no answer in HTTP (${code})`, "write the address of Asterisk's HTTP server in the url");
}
