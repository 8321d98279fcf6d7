import {
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { wantedParameters } from '../../cli/settings/parameter.ts';
import type { Pbx } from '../support/asterisk/types.ts';

export const KEY_SECRET = 'key-secret-0123456789';
export const WEBHOOK_SECRET = 'webhook-secret-0123456789';
/** The stage of the package. The functions look for its settings under the path below. */
export const STAGE = 'lambda';
const PATH = `/asterisk-callback/${STAGE}`;

/** More keys than a page of Parameter Store holds. The parameters that every call needs come after them. */
const moreKeys = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [`keys/crm${index}`, { secret: `${KEY_SECRET}-${index}` }]),
);

const ROUTE = { channel: 'PJSIP/{agent}', context: 'OUT_EXT2', to: { country: 'RU', allow: ['+7'] } };

const settingsFor = ({ httpsUrl, ca, users }: Pbx) => ({
  ...moreKeys,
  'keys/web': { secret: KEY_SECRET },
  'pbx/main/url': httpsUrl,
  'pbx/main/username': users.callback.username,
  'pbx/main/secret': users.callback.secret,
  'pbx/main/ca': ca,
  'routes/default': ROUTE,
  'pbx/down/url': 'http://127.0.0.1:9',
  'pbx/down/username': 'callback',
  'pbx/down/secret': 'nobody-checks-it',
  'routes/down': { ...ROUTE, pbx: ['down'] },
  // The runner of a line asks the PBX for its channels.
  'pbx/lines/url': httpsUrl,
  'pbx/lines/username': users.control.username,
  'pbx/lines/secret': users.control.secret,
  'pbx/lines/ca': ca,
  'lines/sales': { capacity: 2 },
  'routes/line': { ...ROUTE, pbx: ['lines'], line: 'sales' },
  'webhooks/json': {
    source: 'json',
    secret: WEBHOOK_SECRET,
    agents: { '1269': '3208', '1270': '3207' },
    map: { to: 'customer.phone', agent: 'manager', key: 'id', time: 'at' },
  },
});

/** Writes settings to the path that the functions read, and returns what the store holds now. */
export async function seedSettings(endpoint: string, pbx: Pbx) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SSMClient({ endpoint, region: 'eu-central-1', credentials });
  const parameters = Object.entries(wantedParameters(settingsFor(pbx)));
  for (const [name, { type, value }] of parameters)
    await client.send(new PutParameterCommand({ Name: `${PATH}/${name}`, Type: type, Value: value }));
  const page = await client.send(
    new GetParametersByPathCommand({ Path: PATH, Recursive: true, MaxResults: 10 }),
  );
  const secret = await client.send(new GetParameterCommand({ Name: `${PATH}/pbx/main/secret` }));
  client.destroy();
  return {
    count: parameters.length,
    firstPage: page.Parameters?.map(({ Name = '' }) => Name.slice(PATH.length + 1)) ?? [],
    hasMorePages: page.NextToken !== undefined,
    /** The stored value, without decryption. */
    storedSecret: secret.Parameter,
    aws: {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_SSM: endpoint,
    },
  };
}
