import { Client } from 'undici';
import { header, parsePackets } from '../../lib/ajam/index.ts';
import type { PbxSettings } from '../../lib/settings/settings.ts';
import { amiBanner, isAmi } from './ami-banner.ts';
import { speaksTls } from './certificate.ts';
import { fail, ok, type Verdict } from './finding.ts';
import { codeOf } from './reach.ts';
import { RELOAD_MANAGER } from './reload-advice.ts';

/** Usual values of `prefix` in http.conf. The second one is that of manager-conf. */
const USUAL_PREFIXES = ['', '/telephony', '/asterisk', '/ajam', '/ami', '/pbx', '/manager'];
const REPLY_MS = 5000;
/** An answer to Ping is much shorter. */
const MAX_BYTES = 256 * 1024;

interface Answer {
  status: number;
  server: string;
  type: string;
  cookie: boolean;
  location: string;
  body: string;
}

export interface AjamCheck {
  verdict: Verdict;
  /** The `Server` header. */
  server: string;
}

/** The headers of an answer arrived, but its body did not. */
class BrokenBody extends Error {}

/** Checks that AJAM answers under the url. Without a login, it refuses a Ping with `Permission denied`. */
export async function checkAjam({ url, ca }: PbxSettings): Promise<AjamCheck> {
  const base = new URL(url);
  const prefix = base.pathname.replace(/\/+$/, '');
  try {
    const answer = await ask(base, prefix, ca);
    const verdict = isAjam(answer) ? judgeAjam(answer) : await judgeOther(answer, base, prefix, ca);
    return { verdict, server: answer.server };
  } catch (error) {
    const verdict =
      error instanceof BrokenBody ? broken(codeOf(error.cause)) : await noAnswer(codeOf(error), base);
    return { verdict, server: '' };
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
      server: String(headers['server'] ?? '').slice(0, 100),
      type: String(headers['content-type'] ?? ''),
      cookie: /mansession_id=/.test(String(headers['set-cookie'] ?? '')),
      location: String(headers['location'] ?? ''),
      body: await body.text().catch((cause: unknown) => {
        throw new BrokenBody('The body broke off', { cause });
      }),
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
    'a proxy in front of Asterisk drops the header Set-Cookie. Let the proxy pass Set-Cookie to clients, and Cookie to Asterisk',
  );
}

async function judgeOther(
  answer: Answer,
  base: URL,
  prefix: string,
  ca: string | undefined,
): Promise<Verdict> {
  const { status, server, location } = answer;
  const who = server === '' ? 'a server without a name' : server;
  if (status === 404) {
    const right = await rightPrefix(base, prefix, ca);
    if (right !== undefined)
      return fail(
        `the url has the wrong prefix: HTTP 404 at ${prefix}/rawman. AJAM is at ${right}/rawman`,
        `write ${base.origin}${right} as the url. The prefix is set in http.conf`,
      );
    if (!/asterisk/i.test(server)) return notAjam(`404 from ${who} at ${prefix}/rawman`);
    return fail(
      `Asterisk answers, but AJAM is not at ${prefix}/rawman (404)`,
      `set enabled=yes and webenabled=yes in the first [general] of manager.conf (Asterisk ignores a second [general]) and ${RELOAD_MANAGER}. If both are set, the prefix of http.conf differs from the prefix in the url. \`asterisk -rx "http show status"\` shows the path of rawman`,
    );
  }
  if (status === 401 || status === 403)
    return fail(
      `HTTP ${status} from ${who}`,
      'an ACL of http.conf (a section with type=restriction) or a proxy in front of Asterisk refuses this address. Add the address to the permit list of the ACL or of the proxy',
    );
  if (status >= 300 && status < 400)
    return fail(
      `${who} redirects (HTTP ${status}) to ${location.replace(/[?#].*/s, '').slice(0, 100)}`,
      'write this address as the url, because the functions do not follow redirects',
    );
  if (status >= 500)
    return fail(
      `HTTP ${status} from ${who}`,
      'look into the log of Asterisk, or of the proxy in front of it',
    );
  return notAjam(`HTTP ${status} from ${who}, which is not AJAM`);
}

const notAjam = (found: string): Verdict =>
  fail(
    found,
    "another server answers. Write host and port of Asterisk's own HTTP server in the url (8089 with TLS, 8088 without), and the prefix of http.conf",
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
    return fail('the port speaks TLS, but the url says http', 'write https:// in the url');
  if (/UND_ERR_SOCKET|ECONNRESET|EPIPE/.test(code))
    return fail(
      'the connection is accepted, then closed without an answer',
      'raise sessionlimit in http.conf and run `asterisk -rx "module reload http"`. The default is 100 connections, and phones in browsers use connections, too',
    );
  if (/TIMEOUT/.test(code))
    return fail(
      `no answer within ${REPLY_MS / 1000} s`,
      'look into the log of Asterisk. If Asterisk received no request, a device on the network path drops the traffic',
    );
  return fail(`the answer is not HTTP (${code})`, "write the address of Asterisk's HTTP server in the url");
}

const broken = (code: string): Verdict =>
  fail(
    `an answer begins, but is not complete (${code})`,
    "look into the logs of Asterisk and of a proxy in front of it. If another server answers, write the address of Asterisk's HTTP server in the url",
  );
