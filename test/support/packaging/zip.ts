import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

interface Entry {
  name: string;
  content: () => Buffer;
}

export const namesInZip = (file: string): string[] => entriesOf(file).map(({ name }) => name);

/** Unpacks a zip that this project made. It does not check the names in it. */
export function unzip(file: string, folder: string): void {
  for (const { name, content } of entriesOf(file)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content());
  }
}

/** Reads the central directory of a zip (APPNOTE.TXT 4.3.12 and 4.3.16). */
function entriesOf(file: string): Entry[] {
  const zip = readFileSync(file);
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error(`${file} is no zip`);
  const entries: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const header = zip.subarray(at);
    const nameEnd = 46 + header.readUInt16LE(28);
    entries.push({ name: header.toString('utf8', 46, nameEnd), content: () => contentOf(zip, header) });
    at += nameEnd + header.readUInt16LE(30) + header.readUInt16LE(32);
  }
  return entries;
}

/** Reads what follows the local header (4.3.7). Only the central header always has the size. */
function contentOf(zip: Buffer, header: Buffer): Buffer {
  const local = zip.subarray(header.readUInt32LE(42));
  const from = 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const packed = local.subarray(from, from + header.readUInt32LE(20));
  const isStored = header.readUInt16LE(10) === 0;
  return isStored ? packed : inflateRawSync(packed);
}
