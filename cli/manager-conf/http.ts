import { isIP } from 'node:net';
import {
  access,
  bracketed,
  GENERAL,
  heading,
  keyFolders,
  type WantedConfiguration,
} from './wanted-configuration.ts';

/** The paths of the manager on Asterisk's HTTP server. */
const MANAGER_PATHS = ['rawman', 'arawman', 'manager', 'amanager', 'mxml', 'amxml'];

/** Returns the addition to http.conf: HTTPS, and an access list that Asterisk checks before a login. */
export function httpConf(wanted: WantedConfiguration): string {
  const { bind, port, prefix, cert, key, version, freepbx } = wanted;
  return `${heading('http', wanted, 'touch /etc/asterisk/http.conf && asterisk -rx "module reload http"')}
; The command touch changes the date of http.conf. With the old date, Asterisk ignores a reload after an error of TLS.

${GENERAL}
${freepbx ? '' : NO_PLAIN_HTTP}tlsenable = yes
tlsbindaddr = ${bracketed(bind)}:${port}
; tlscertfile holds the certificate and its intermediate certificates. tlsprivatekey holds the key of the certificate.
; The user asterisk must be able to read both files. If a file is missing, or the key belongs to another certificate, Asterisk
; does not listen on this port. Only the log of Asterisk reports this error.
${ownCertificate(wanted)}tlscertfile = ${cert}
tlsprivatekey = ${key}
tlsdisablev1 = yes
tlsdisablev11 = yes
${prefix === '' ? '' : prefixLines(prefix)}; Hides the version of Asterisk from scanners.
servername = Asterisk
${version === '22' ? pathAcl(wanted) : ''}`;
}

const NO_PLAIN_HTTP = `; Switches HTTP without TLS off. If another program needs HTTP without TLS, remove this line.
enabled = no
`;

const prefixLines = (
  prefix: string,
): string => `; Scanners look for /rawman. With this prefix, the path is /${prefix}/rawman. The url in the settings contains the prefix.
; The prefix also changes the paths of ARI and of phones in browsers. If you use ARI or such phones, run manager-conf with
; --prefix and the prefix that you have now.
prefix = ${prefix}
`;

/** Returns comments on how to make a certificate on the PBX. Empty with `--self-signed` and `--ca`, which bring a certificate. */
const ownCertificate = ({ ca, host, cert, key }: WantedConfiguration): string =>
  ca !== undefined
    ? ''
    : `; To make your own certificate, run manager-conf with --self-signed. Or run these commands on the PBX as root:
;   install -d -o asterisk -g asterisk -m 750 ${keyFolders({ cert, key })}
;   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 \\
;     -subj "/CN=${host}" -addext "subjectAltName=${isIP(host) ? 'IP' : 'DNS'}:${host}" -keyout ${key} -out ${cert}
;   chown asterisk:asterisk ${key} ${cert} && chmod 640 ${key}
; Then copy the certificate to the machine of manager-conf, and run manager-conf with --ca FILE. manager-conf writes the
; certificate into the settings.
`;

/** Returns sections that permit paths to certain addresses. A section applies to all paths that begin with its name. */
function pathAcl(wanted: WantedConfiguration): string {
  const paths = wanted.prefix === '' ? MANAGER_PATHS : [wanted.prefix];
  const sections = paths.map((path) => `[/${path}]\ntype = restriction\n${access(wanted)}\n`);
  return `
; Asterisk refuses requests from other addresses with the status 403, before it checks a login. This needs Asterisk 20.19,
; 22.9, 23.3 or newer. Older versions ignore the following lines.
${
  wanted.prefix === ''
    ? ''
    : `; A section protects the addresses that begin with its name. The prefix must be part of the name.
; If ARI or phones in browsers use this server, name the section /${wanted.prefix}/rawman, or permit their addresses, too.
`
}${sections.join('\n')}`;
}
