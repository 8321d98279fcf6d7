import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkHttpConf } from '../../cli/doctor/http-conf.ts';
import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { startStockPbx } from '../support/cli/stock-pbx.ts';
import { freePort } from '../support/debian/ports.ts';

/** Nobody here has a permitted address, so a path that is protected answers 403. */
const DENY = 'type = restriction\ndeny = 0.0.0.0/0\npermit = 192.0.2.0/24\n';

describeOnAsterisk('checkHttpConf', ({ version }) => {
  it('agrees with Asterisk about which section protects AJAM, and which [general] counts', {
    timeout: 60_000,
  }, async () => {
    await using pbx = await startStockPbx(version);
    const file = join(pbx.etc, 'http.conf');
    const port = await freePort();
    const url = new URL(`http://127.0.0.1:${port}/tel`);
    const general = `[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = ${port}\nprefix = tel\n`;
    await writeFile(join(pbx.etc, 'manager.conf'), '[general]\nenabled = yes\nwebenabled = yes\nport = 0\n');

    let date = 1_000_000_000;
    const statusWith = async (text: string): Promise<number> => {
      await writeFile(file, text);
      // Asterisk reads the file again only if its date has changed.
      await utimes(file, ++date, date);
      await pbx.run('asterisk -rx "manager reload"; asterisk -rx "module reload http"');
      return (await fetch(`${url}/rawman`)).status;
    };
    expect(await statusWith(general)).toBe(200);

    if (version === '22')
      for (const name of ['/tel', '/tel/rawman', '/', '/t', '/rawman', '/telephony', 'tel', '/TEL']) {
        const isProtected = (await statusWith(`${general}\n[${name}]\n${DENY}`)) === 403;
        const [, list] = checkHttpConf(file, url);
        expect({ name, mark: list?.mark }).toEqual({ name, mark: isProtected ? 'OK' : 'WARN' });
      }

    expect(await statusWith(`${general}\n[general]\nprefix = other\n`)).toBe(200);
    expect(checkHttpConf(file, url)[0]).toMatchObject({
      mark: 'FAIL',
      found: expect.stringContaining('prefix'),
    });
    expect(await statusWith(`${general}\n[general](+)\nprefix = other\n`)).toBe(404);
    expect(checkHttpConf(file, url)[0]).toMatchObject({ mark: 'OK' });
  });
});
