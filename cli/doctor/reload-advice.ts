/** How to apply changes, as the cures write it. */
export const RELOAD_MANAGER = 'run `asterisk -rx "manager reload"`';

/**
 * Once TLS has failed, Asterisk ignores a reload until http.conf has a new date (seen on 16 and 22). A reload of working
 * TLS reads a renewed certificate without that, and the new date does no harm.
 */
export const RELOAD_HTTP =
  'run `touch /etc/asterisk/http.conf && asterisk -rx "module reload http"` (touch changes the date of http.conf. After an error of TLS, Asterisk ignores a reload with the old date)';
