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
    expect(diff.output).toMatch(/is the same as the file/);
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
    expect(refused.output).toMatch(/is a String and must be a SecureString.*needs --delete/);
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
      another secret (values are not shown)
~  routes/default  differs (String)
      - context: "callbacks"
      + context: "from-internal"
`);
    expect(status).toBe(1);
  });

  it('diff ignores how JSON is written', async () => {
    await settings('push', SETTINGS, '--yes');
    const { context, channel, to } = SETTINGS['routes/default'];
    const { status } = await settings('diff', {
      ...SETTINGS,
      'routes/default': JSON.stringify({ to, context, channel }, null, 4),
    });
    expect(status).toBe(0);
  });
});
