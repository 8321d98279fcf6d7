import { sendsSecretInClear } from '../../lib/settings/pbx-settings.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

/** PBXes to which the AMI secret and all numbers travel unencrypted. */
export const plainHttp = ({ pbx }: Pick<Settings, 'pbx'>): SettingsWarning[] =>
  Object.entries(pbx).flatMap(([name, settings]) =>
    sendsSecretInClear(settings)
      ? [
          {
            found: `pbx/${name} sends the AMI secret and all numbers unencrypted${settings.insecure === undefined ? ', and functions on AWS refuse it' : ''}`,
            cure: 'use https://: `npx asterisk-callback manager-conf` writes an http.conf with TLS',
          },
        ]
      : [],
  );
