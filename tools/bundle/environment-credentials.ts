/**
 * Replaces the credential chain of the AWS SDK in the bundles. Lambda passes the keys of a function in the environment. The
 * rest of the chain (profiles, SSO, web identities, metadata services) would add 58 KB and a quarter of the SDK's load time.
 * `lib/settings` recognises the error by its name.
 */
export const defaultProvider = () => async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    const error = new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
    error.name = 'CredentialsProviderError';
    throw error;
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    // Already expired, so that the SDK reads them again. It would keep credentials without an expiry for ever.
    expiration: new Date(0),
  };
};
