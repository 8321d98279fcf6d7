/**
 * Replaces the AWS SDK's credential chain in the bundles. Lambda passes the keys of a function in the environment, so
 * profiles, SSO, web identities and the metadata services are never needed: 58 KB of clients, a quarter of the SDK's load
 * time. `lib/settings` recognises the error by its name.
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
    // Already expired: the SDK keeps credentials without an expiry for ever and would not see rotated ones.
    expiration: new Date(0),
  };
};
