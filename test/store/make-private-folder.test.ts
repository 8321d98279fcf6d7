import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePrivateFolder } from '../../lib/store/sqlite/make-private-folder.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'asterisk-callback-folder-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('makePrivateFolder', () => {
  it('creates a folder with its parents, and accepts a folder that exists', () => {
    const folder = join(dir, 'a', 'b', 'c');
    for (let twice = 0; twice < 2; twice++) makePrivateFolder(`${folder}/`);
    for (const each of [folder, join(dir, 'a')]) expect(statSync(each).mode & 0o777).toBe(0o700);
  });

  it('throws EEXIST for a file, and ENOTDIR below a file', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(() => makePrivateFolder(file)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(() => makePrivateFolder(join(file, 'x'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  });

  it.runIf(process.platform === 'linux')('throws ENOENT for a folder that nobody can create', () => {
    for (const folder of ['/proc/x', '/proc/x/y'])
      expect(() => makePrivateFolder(folder)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});
