import * as z from 'zod/mini';
import { block } from './key-settings.ts';
import { list, matching, oneOrMore, rule } from './schema-parts.ts';

const HEADER_WORDS = 'the name of a header in lower case, such as "cloudfront-viewer-address"';
const header = matching(/^[a-z0-9-]{1,64}$/, HEADER_WORDS);

const secret = matching(/^[\x21-\x7e]{16,256}$/, '16 to 256 visible ASCII characters');

/**
 * The header in which a proxy writes the address of the client. The header counts only in requests from the addresses of the
 * proxy, or in requests with a secret that only the proxy adds.
 */
export const clientAddressSchema = z
  .strictObject(
    {
      header,
      proxies: z.exactOptional(list(block, 'CIDR blocks')),
      secretHeader: z.exactOptional(header),
      secret: z.exactOptional(oneOrMore(secret, 'secrets, or a single secret')),
    },
    'must be an object such as {"header": "x-forwarded-for", "proxies": ["10.0.0.0/16"]}',
  )
  .check(
    rule(({ header: name, proxies, secretHeader, secret: secrets }, refuse) => {
      if ((secretHeader === undefined) !== (secrets === undefined))
        refuse('must hold both of "secretHeader" and "secret", or none of them');
      else if ((proxies === undefined) === (secrets === undefined))
        refuse(
          'must hold either "proxies", or "secretHeader" and "secret": without a proof anybody may write the header',
        );
      else if (proxies?.length === 0) refuse('must list at least one CIDR block', 'proxies');
      else if (secrets !== undefined && name === 'x-forwarded-for')
        refuse(
          'must be a header with one address, such as "cloudfront-viewer-address": x-forwarded-for has a list, and only "proxies" can say which entry of a list is the client',
          'header',
        );
    }),
  );

export type ClientAddressSettings = z.output<typeof clientAddressSchema>;
