const inQuery = (name: string, description: string) => ({ type: 'apiKey', in: 'query', name, description });

/** The kinds of credentials. A request carries exactly one of them. */
export const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: '`<keyId>.<secret>`' },
  signature: inQuery(
    'sig',
    'Of a signed link: base64url HMAC-SHA256 with the secret of the key. The text is the method, the path (without ' +
      'stage and base path) and the sorted, encoded query without `sig`, joined by line feeds',
  ),
  signatureKey: inQuery('key', 'Of a signed link: the id of the key'),
  signatureExpiry: inQuery('exp', 'Of a signed link: when it expires, in seconds of Unix time'),
  token: inQuery('token', '`<keyId>.<secret>`, for keys with `"inUrl": true` in the settings'),
  iam: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'AWS Signature Version 4, if the API checks it (AWS_IAM)',
  },
};

/** A request needs one of these kinds. */
export const anyCredentials = [
  { bearer: [] },
  { iam: [] },
  { signature: [], signatureKey: [], signatureExpiry: [] },
  { token: [] },
];
