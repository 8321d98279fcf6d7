import * as z from 'zod/mini';
import { rule, text } from './shapes.ts';

/** A blank at either end is invisible in a console, and Asterisk strips it from manager.conf. */
const credential = (what: string) =>
  text(what, (value, refuse) => {
    if (value.trim() !== value) refuse(`must be ${what}, without blanks at either end`);
  });

const URL_WORDS =
  'the address of Asterisk\'s HTTP server with the http.conf prefix, if any, such as "https://pbx.example.com:8089"';

const url = z.pipe(
  text(URL_WORDS, (value, refuse) => {
    const parsed = URL.parse(value);
    if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) refuse(`must be ${URL_WORDS}`);
    else if (parsed.username || parsed.password)
      refuse('must hold no credentials: they belong into the username and secret parameters beside it');
    else if (/[?#]/.test(value)) refuse('must hold no query and no fragment');
    else if (/\/(a?rawman|a?manager|a?mxml)\/?$/.test(parsed.pathname))
      refuse('must end before /rawman, which is added to it');
  }),
  z.transform((value) => value.replace(/\/+$/, '')),
);

const PEM_WORDS = 'a certificate in PEM form (-----BEGIN CERTIFICATE----- … -----END CERTIFICATE-----)';
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----\s+[A-Za-z0-9+/=\s]{64,}-----END CERTIFICATE-----/;

const ca = z.string(`must be ${PEM_WORDS}`).check(
  rule((value, refuse) => {
    if (value.includes('PRIVATE KEY'))
      refuse(`must be ${PEM_WORDS} alone; it holds a private key, which should be regarded as leaked`);
    else if (value.includes('\\n')) refuse(`must be ${PEM_WORDS} with real line breaks instead of \\n`);
    else if (!PEM_BLOCK.test(value)) refuse(`must be ${PEM_WORDS}`);
  }),
);

/** One Asterisk: where its HTTP manager interface is, and the AMI user. `ca` is PEM to trust. */
export const pbxSchema = z.strictObject({
  url,
  username: credential('the name of the AMI user'),
  secret: credential('the secret of the AMI user'),
  ca: z.exactOptional(ca),
});

export type PbxSettings = z.infer<typeof pbxSchema>;
