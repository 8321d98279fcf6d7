import { isIP } from 'node:net';
import { basename } from 'node:path';
import { access, bracketed, type Wish } from './wish.ts';

/** http.conf: HTTPS alone, under a prefix; from 22.9 on an ACL before any login is looked at. */
export function httpConf(wish: Wish): string {
  const { bind, port, prefix, cert, key, version } = wish;
  return `; If you have one already (phones in browsers and ARI use it too): keep its addresses and prefix, and add TLS to it.
; Then: asterisk -rx "module reload http", and asterisk -rx "http show status" tells where rawman is;
; its "Server Disabled" is about the server without TLS.

[general]
; This is the server without TLS; the one with it does without.
enabled = no
tlsenable = yes
tlsbindaddr = ${bracketed(bind)}:${port}
; The certificate with its intermediates, and its key; readable by the user asterisk runs as. Without them, or if they do not
; belong together, it does not listen, and only its log says so. For one of your own:
;   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 \\
;     -subj "/CN=${wish.host}" -addext "subjectAltName=${isIP(wish.host) ? 'IP' : 'DNS'}:${wish.host}" -keyout ${key} -out ${cert}
; and put that certificate into the settings as pbx/main/ca: with --ca FILE manager-conf does it, if the file is there first.
; By hand, what is to be written there, line breaks as \\n, is what this prints:
;   node -p 'JSON.stringify(fs.readFileSync("${basename(cert)}", "utf8"))'
tlscertfile = ${cert}
tlsprivatekey = ${key}
tlsdisablev1 = yes
tlsdisablev11 = yes
; Scanners ask for /rawman; it stands behind another name here. It is part of the url in the settings.
prefix = ${prefix}
; Scanners need not know the version.
servername = Asterisk
${version === '22' ? pathAcl(wish) : ''}`;
}

/** Its path is the beginning of the whole URI, the prefix included. */
const pathAcl = (wish: Wish): string => `
; From 22.9 on (20.19, 23.3): who comes from elsewhere is answered 403 before a login is looked at. Older ones ignore it.
; With ARI or phones in browsers on this server, name /${wish.prefix}/rawman alone, and permit these where they come from.
[/${wish.prefix}]
type = restriction
${access(wish)}
`;
