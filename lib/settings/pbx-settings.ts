import ipaddr from 'ipaddr.js';
import * as z from 'zod/mini';
import { matching, must, rule, text } from './schema-parts.ts';

/** Refuses a blank at either end. It is invisible in a console, and Asterisk removes it in manager.conf. */
const credential = (what: string) =>
  text(what).check(must((value) => value.trim() === value, `must be ${what}, without blanks at either end`));

const URL_WORDS =
  'the address of Asterisk\'s HTTP server with the http.conf prefix, if any, such as "https://pbx.example.com:8089"';

const url = z.pipe(
  text(URL_WORDS).check(
    rule((value, refuse) => {
      const parsed = URL.parse(value);
      if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) refuse(`must be ${URL_WORDS}`);
      else if (parsed.username || parsed.password)
        refuse(
          'must hold no credentials. Write the credentials into the parameters username and secret of the PBX',
        );
      else if (/[?#]/.test(value)) refuse('must hold no query and no fragment');
      else if (/\/(a?rawman|a?manager|a?mxml)\/?$/.test(parsed.pathname))
        refuse('must end before /rawman. The functions add /rawman');
    }),
  ),
  z.transform((value) => value.replace(/\/+$/, '')),
);

const PEM_WORDS = 'a certificate in PEM form (-----BEGIN CERTIFICATE----- … -----END CERTIFICATE-----)';
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----\s+[A-Za-z0-9+/=\s]{64,}-----END CERTIFICATE-----/;

const ca = z.string(`must be ${PEM_WORDS}`).check(
  rule((value, refuse) => {
    if (value.includes('PRIVATE KEY'))
      refuse(
        `must be ${PEM_WORDS} alone. The value holds a private key. Make a new private key, because others may have read this private key`,
      );
    else if (value.includes('\\n')) refuse(`must be ${PEM_WORDS} with real line breaks instead of \\n`);
    else if (!PEM_BLOCK.test(value)) refuse(`must be ${PEM_WORDS}`);
  }),
);

/** The value with which the owner lets functions on AWS use plain HTTP. */
const INSECURE = 'send the AMI secret unencrypted';

/** One Asterisk: the address of its HTTP server, and the AMI user. `ca` is a trusted certificate in PEM form. */
export const pbxSchema = z.strictObject({
  url,
  username: credential('the name of the AMI user'),
  secret: credential('the secret of the AMI user'),
  ca: z.exactOptional(ca),
  insecure: z.exactOptional(matching(new RegExp(`^${INSECURE}$`), `exactly the words "${INSECURE}"`)),
});

export type PbxSettings = z.infer<typeof pbxSchema>;

export const tlsNeeded = (name: string): string =>
  'is http://, so the AMI secret and all numbers would cross the network unencrypted: use https://, or the address of a ' +
  `private network, such as http://10.0.0.2:8088. To accept unencrypted http, put pbx/${name}/insecure with the value "${INSECURE}"`;

/** Address ranges that do not exist on the public Internet. */
const PRIVATE_RANGES = ['private', 'loopback', 'uniqueLocal', 'linkLocal'];

/** Whether others can read the requests to this PBX. A name such as pbx.internal does not count as private. */
export function sendsSecretInClear({ url: address }: Pick<PbxSettings, 'url'>): boolean {
  const { protocol, hostname } = new URL(address);
  if (protocol === 'https:' || hostname === 'localhost') return false;
  const host = hostname.replace(/^\[|\]$/g, '');
  return !ipaddr.isValid(host) || !PRIVATE_RANGES.includes(ipaddr.process(host).range());
}
