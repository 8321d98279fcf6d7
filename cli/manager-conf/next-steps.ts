import { join } from 'node:path';
import { PROGRAM } from '../command.ts';
import { ADDITIONS, includingFile, keyFolders, type WantedConfiguration } from './wanted-configuration.ts';

/** The files of a self-signed certificate, in the folder of `--out`. */
export const CERTIFICATE = 'callback.crt';
export const KEY = 'callback.key';

/**
 * Returns the commands that install the files of a folder. They may run again after another run of manager-conf: they replace the
 * additions, and add each `#include` once.
 */
export function nextSteps(out: string, wanted: WantedConfiguration, selfSigned: boolean): string {
  const includes = (['http', 'manager', 'extensions'] as const).map((name) => {
    const file = `/etc/asterisk/${includingFile(name, wanted)}`;
    return `  install -o asterisk -g asterisk -m 640 ${ADDITIONS[name]} /etc/asterisk/
  grep -qs ${ADDITIONS[name]} ${file} || printf '\\n#include ${ADDITIONS[name]}\\n' >> ${file}`;
  });
  return `Next, copy the folder to the PBX. Run these commands on the PBX, in the folder, as root:
${selfSigned ? installCertificate(wanted) : provideCertificate(wanted)}
${includes.join('\n')}
  touch /etc/asterisk/http.conf /etc/asterisk/manager.conf /etc/asterisk/extensions.conf
  asterisk -rx "module reload http"
  asterisk -rx "manager reload"
  asterisk -rx "dialplan reload"

Then run these commands on this machine:
  ${PROGRAM} doctor --settings ${join(out, 'settings.json')}
  ${PROGRAM} start --settings ${join(out, 'settings.json')}`;
}

const installCertificate = ({ cert, key }: WantedConfiguration): string =>
  `  install -d -o asterisk -g asterisk -m 750 ${keyFolders({ cert, key })}
  install -o asterisk -g asterisk -m 640 ${CERTIFICATE} ${cert}
  install -o asterisk -g asterisk -m 640 ${KEY} ${key}`;

const provideCertificate = ({ cert, key }: WantedConfiguration): string =>
  `  # first copy a certificate to ${cert} and its key to ${key}. ${ADDITIONS.http} explains how`;
