import { isIP } from 'node:net';
import { dirname } from 'node:path';
import {
  ADDITIONS,
  access,
  bracketed,
  includingFile,
  MADE_BY,
  type WantedConfiguration,
} from './wanted-configuration.ts';

/** The paths of the manager on Asterisk's HTTP server. */
const MANAGER_PATHS = ['rawman', 'arawman', 'manager', 'amanager', 'mxml', 'amxml'];

/** Returns the addition to http.conf: HTTPS, and from 22.9 on an access list that Asterisk checks before a login. */
export function httpConf(wanted: WantedConfiguration): string {
  const { bind, port, prefix, cert, key, version, freepbx } = wanted;
  const file = includingFile('http', wanted);
  return `${MADE_BY} It adds to ${file}, which includes it:
;   #include ${ADDITIONS.http}
; Then: touch /etc/asterisk/http.conf && asterisk -rx "module reload http"
; (without the new date Asterisk ignores a reload once TLS has failed)

; "(+)" adds to your [general]. Without it, Asterisk would ignore this second [general]. If you have no [general], write an
; empty one above the #include.
[general](+)
${freepbx ? '' : NO_PLAIN_HTTP}tlsenable = yes
tlsbindaddr = ${bracketed(bind)}:${port}
; The certificate with its intermediates, and its key. The user asterisk must be able to read both. If they are missing or do
; not belong together, Asterisk does not listen, and only its log says so.
${ownCertificate(wanted)}tlscertfile = ${cert}
tlsprivatekey = ${key}
tlsdisablev1 = yes
tlsdisablev11 = yes
${prefix === '' ? '' : prefixLines(prefix)}; Scanners do not need the version.
servername = Asterisk
${version === '22' ? pathAcl(wanted) : ''}`;
}

const NO_PLAIN_HTTP = `; No HTTP server without TLS. If another program needs it, remove this line.
enabled = no
`;

const prefixLines = (
  prefix: string,
): string => `; Scanners look for /rawman. The prefix changes this path, and is part of the url in the settings. It also changes the paths
; of ARI and of phones in browsers. If you use these, keep your own prefix with --prefix.
prefix = ${prefix}
`;

/** Shows how to make a certificate on the PBX, unless \`--self-signed\` or \`--ca\` has brought one. */
const ownCertificate = ({ ca, host, cert, key }: WantedConfiguration): string =>
  ca !== undefined
    ? ''
    : `; To make your own certificate, run manager-conf with --self-signed. Or, on the PBX as root:
;   install -d -o asterisk -g asterisk -m 750 ${dirname(cert)} ${dirname(key)}
;   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 \\
;     -subj "/CN=${host}" -addext "subjectAltName=${isIP(host) ? 'IP' : 'DNS'}:${host}" -keyout ${key} -out ${cert}
;   chown asterisk:asterisk ${key} ${cert} && chmod 640 ${key}
; Then give a copy of the certificate to manager-conf with --ca FILE, which writes it into the settings.
`;

/** The path of a section is the beginning of the whole path, with the prefix. */
function pathAcl(wanted: WantedConfiguration): string {
  const paths = wanted.prefix === '' ? MANAGER_PATHS : [wanted.prefix];
  const sections = paths.map((path) => `[/${path}]\ntype = restriction\n${access(wanted)}\n`);
  return `
; From 22.9 on (20.19, 23.3) Asterisk refuses other addresses with 403, before it checks a login. Older versions ignore this.
${
  wanted.prefix === ''
    ? ''
    : `; The name of the section must be the prefix in use. With another name it protects nothing.
; If ARI or phones in browsers use this server, name the section /${wanted.prefix}/rawman, or permit their addresses too.
`
}${sections.join('\n')}`;
}
