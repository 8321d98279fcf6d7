import { expect, it } from 'vitest';
import { describeOnParameterStores } from '../support/aws/index.ts';
import { SECRETS, SETTINGS, settingsTool } from '../support/cli/settings-tool.ts';

describeOnParameterStores('npx asterisk-callback settings', (url) => {
  const { settings, store, stored } = settingsTool(url);

  it('push writes everything, with encrypted secrets, and diff then finds no difference', async () => {
    const { status, output } = await settings('push', SETTINGS, '--yes');
    expect(output).toMatch(/\+ {2}pbx\/main\/secret {2}new \(SecureString\)/);
    expect(status).toBe(0);
    expect(await stored()).toEqual({
      'pbx/main/url': { type: 'String', value: SETTINGS['pbx/main/url'] },
      'pbx/main/username': { type: 'String', value: 'callback' },
      'pbx/main/secret': { type: 'SecureString', value: SECRETS[0] },
      'routes/default': { type: 'String', value: JSON.stringify(SETTINGS['routes/default']) },
      'keys/web': { type: 'SecureString', value: JSON.stringify(SETTINGS['keys/web']) },
      'webhooks/crm': { type: 'SecureString', value: JSON.stringify(SETTINGS['webhooks/crm']) },
    });
    const diff = await settings('diff', SETTINGS);
    expect(diff.output).toMatch(/does not differ from the file/);
    expect(diff.status).toBe(0);
  });

  it('push --delete deletes what is not in the file', async () => {
    await settings('push', { ...SETTINGS, 'keys/old': { secret: SECRETS[3] } }, '--yes');
    await settings('push', SETTINGS, '--yes', '--delete');
    expect(Object.keys(await stored()).sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  it('push --delete replaces a secret that is stored as a plain String', async () => {
    await settings('push', SETTINGS, '--yes');
    await store().delete('pbx/main/secret');
    await store().write('pbx/main/secret', { type: 'String', value: SECRETS[3] ?? '' }, false);
    const refused = await settings('push', SETTINGS, '--yes');
    expect(refused.output).toMatch(/is a String and must be a SecureString.*add --delete/);
    expect((await stored())['pbx/main/secret']?.type).toBe('String');
    await settings('push', SETTINGS, '--yes', '--delete');
    expect((await stored())['pbx/main/secret']).toEqual({ type: 'SecureString', value: SECRETS[0] });
  });

  it('push writes nothing when the result would not work with the parameters that stay', async () => {
    const more = {
      'routes/sales': SETTINGS['routes/default'],
      'keys/sales': { secret: SECRETS[3], routes: ['sales'] },
    };
    await settings('push', { ...SETTINGS, ...more }, '--yes');
    await store().delete('routes/sales');
    const { status, output } = await settings('push', { ...SETTINGS, 'pbx/main/username': 'new' }, '--yes');
    expect(output).toMatch(/keys\/sales "routes\[0\]" names a route that does not exist/);
    expect(status).toBe(1);
    expect((await stored())['pbx/main/username']?.value).toBe('callback');
  });

  it('push asks first, and needs --yes without a terminal', async () => {
    const { status, output } = await settings('push', SETTINGS);
    expect(output).toMatch(/Add --yes/);
    expect(status).toBe(1);
    expect(await stored()).toEqual({});
  });

  it('diff shows the fields of routes, and of secrets only that they differ', async () => {
    await settings('push', SETTINGS, '--yes');
    const { status, output } = await settings('diff', {
      ...SETTINGS,
      'pbx/main/secret': SECRETS[3],
      'routes/default': { ...SETTINGS['routes/default'], context: 'from-internal' },
    });
    expect(output).toBe(`~  pbx/main/secret  differs (SecureString)
      the value differs (secret values are not shown)
~  routes/default  differs (String)
      - context: "callbacks"
      + context: "from-internal"
`);
    expect(status).toBe(1);
  });

  it('diff ignores how JSON is written', async () => {
    await settings('push', SETTINGS, '--yes');
    const { context, channel, to, limits } = SETTINGS['routes/default'];
    const { status } = await settings('diff', {
      ...SETTINGS,
      'routes/default': JSON.stringify({ limits, to, context, channel }, null, 4),
    });
    expect(status).toBe(0);
  });

  const MANY = {
    ...SETTINGS,
    ...Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`routes/r${index}`, SETTINGS['routes/default']]),
    ),
  };
  const names = async () => Object.keys(await stored()).sort();

  it('push stores more than ten parameters together and encrypted, and diff finds no difference', async () => {
    const { output, status } = await settings('push', MANY, '--yes');
    expect(status, output).toBe(0);
    expect(Object.values(await stored()).map(({ type }) => type)).toEqual(['SecureString']);
    expect(await names()).toEqual([expect.stringMatching(/^packed\/[0-9]+-1-of-1$/)]);
    const diff = await settings('diff', MANY);
    expect(diff.output).toMatch(/does not differ from the file/);
    const again = await settings('push', MANY, '--yes');
    expect(again.output).toMatch(/Nothing was written/);
  });

  it('push packs what was stored separately, keeps what is not in the file, and removes the old parts', async () => {
    await settings('push', { ...SETTINGS, 'keys/old': { secret: SECRETS[3] } }, '--yes');
    await settings('push', MANY, '--yes');
    const [first] = await names();
    expect(await names()).toHaveLength(1);
    const { output } = await settings('push', { ...MANY, 'pbx/main/username': 'new' }, '--yes');
    expect(output).toMatch(/keys\/old {2}is not in the file\. It stays/);
    expect(await names()).toHaveLength(1);
    expect(await names()).not.toContain(first);
    const diff = await settings('diff', { ...MANY, 'pbx/main/username': 'new' });
    expect(diff.output).toBe('-  keys/old  is not in the file. It stays. To delete it, add --delete\n');
    await settings('push', MANY, '--yes', '--delete');
    expect((await settings('diff', MANY)).status).toBe(0);
  });

  it('push --no-pack stores every parameter separately again', async () => {
    await settings('push', MANY, '--yes');
    await settings('push', MANY, '--yes', '--no-pack');
    expect(await names()).toEqual(Object.keys(MANY).sort());
  });

  it('push replaces packed parameters that cannot be read', async () => {
    const broken = 'packed/99999999999999-1-of-2';
    await store().write(broken, { type: 'SecureString', value: '{}' }, false);
    const { output, status } = await settings('push', MANY, '--yes');
    expect(output).toMatch(/WARN {2}packed\/99999999999999-1-of-2 .*not complete/);
    expect(status).toBe(0);
    expect(await names()).not.toContain(broken);
    expect((await settings('diff', MANY)).status).toBe(0);
  });
});
