import { sendsSecretInClear } from '../../lib/settings/pbx-settings.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

/** Warns about PBXes to which the functions send the AMI secret and all numbers unencrypted. */
export const plainHttp = ({ pbx }: Pick<Settings, 'pbx'>): SettingsWarning[] =>
  Object.entries(pbx).flatMap(([name, settings]) =>
    sendsSecretInClear(settings)
      ? [
          {
            found: `the url of pbx/${name} is http, so the AMI secret and all numbers are sent unencrypted${settings.insecure === undefined ? '. Functions on AWS refuse an http url' : ''}`,
            cure: 'use https://. `npx asterisk-callback manager-conf` writes an http.conf with TLS',
          },
        ]
      : [],
  );
