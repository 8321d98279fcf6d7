import ipaddr from 'ipaddr.js';
import * as z from 'zod/mini';
import { limitsSchema } from './limit-settings.ts';
import { flag, list, matching, name, oneOrMore, rule, textThat } from './schema-parts.ts';

/** Visible ASCII, because it is sent in an Authorization header or a URL. The command line warns about a short secret. */
const secret = matching(/^[\x21-\x7e]+$/, 'visible ASCII characters, preferably 24 random bytes as hex');

const principal = matching(
  /^arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:[\x21-\x7e]+$/,
  'the ARN of an IAM principal, such as "arn:aws:iam::123456789012:role/crm"',
);

export const block = textThat(ipaddr.isValidCIDR, 'a CIDR block such as "203.0.113.0/24" or "2001:db8::/32"');

/** A browser sends the origin in exactly this form. */
const origin = textThat(
  (value) => /^https?:/.test(value) && URL.parse(value)?.origin === value,
  'a web origin such as "https://www.example.com", without a path',
);

/** What a key may do: place callbacks, read their records, and control them. */
export const SCOPES = ['place', 'read', 'control'] as const;
export type Scope = (typeof SCOPES)[number];
const SCOPE_WORDS = 'one of "place", "read" and "control"';

export const keySchema = z
  .strictObject(
    {
      secret: z.exactOptional(secret),
      principal: z.exactOptional(principal),
      routes: z.exactOptional(oneOrMore(name, 'routes; leave it out to allow all')),
      scopes: z._default(oneOrMore(z.enum(SCOPES, `must be ${SCOPE_WORDS}`), 'scopes'), [...SCOPES]),
      limits: z.exactOptional(limitsSchema),
      inUrl: z._default(flag, false),
      from: z._default(list(block, 'CIDR blocks'), []),
      origins: z._default(list(origin, 'web origins'), []),
    },
    'must be an object such as {"secret": "…", "routes": ["default"]}',
  )
  .check(
    rule((key, refuse) => {
      if ((key.secret === undefined) === (key.principal === undefined))
        refuse('must hold exactly one of "secret" and "principal"');
      if (key.inUrl && key.principal !== undefined)
        refuse('must be left out: a principal has no secret to put into a URL', 'inUrl');
    }),
  );
