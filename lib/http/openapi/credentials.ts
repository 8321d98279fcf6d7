const inQuery = (name: string, description: string) => ({ type: 'apiKey', in: 'query', name, description });

export const credentials = {
  bearer: { type: 'http', scheme: 'bearer', description: '`<keyId>.<secret>`' },
  signature: inQuery(
    'sig',
    'base64url HMAC-SHA256 of the secret over the method, the path (without stage and base path) and the sorted, ' +
      'encoded query without `sig`, joined by line feeds',
  ),
  signatureKey: inQuery('key', 'The id of the key that signed'),
  signatureExpiry: inQuery('exp', 'When the link expires, in seconds of Unix time'),
  token: inQuery('token', '`<keyId>.<secret>`, for keys whose settings say `"inUrl": true`'),
  iam: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'AWS Signature Version 4, where AWS_IAM stands before the function',
  },
};
