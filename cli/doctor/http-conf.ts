import { readAsteriskConf, type Section } from './asterisk-conf.ts';
import { fail, ok, type Verdict, warn } from './finding.ts';
import { RELOAD_HTTP } from './reload-advice.ts';

/** Checks http.conf or a copy for mistakes that the network does not show. */
export function checkHttpConf(file: string, url: URL): Verdict[] {
  let sections: Section[];
  try {
    sections = readAsteriskConf(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return [fail(`${file} cannot be read (${code})`, 'check the path of --http-conf')];
  }
  return [checkGeneral(sections), checkAccess(sections, `${url.pathname.replace(/\/+$/, '')}/rawman`)];
}

function checkGeneral(sections: readonly Section[]): Verdict {
  const general = sections.filter(({ name }) => name.toLowerCase() === 'general');
  const [first, ...others] = general.filter(({ isAddition }) => !isAddition);
  if (!first)
    return fail(
      'the file has no [general], so Asterisk serves nothing',
      'write [general] above the lines of the file',
    );
  const ignored = others.flatMap(({ lines }) => lines.map(([name]) => name));
  if (ignored.length === 0) return ok('one [general]');
  return fail(
    `the file has ${others.length + 1} [general] sections. Asterisk reads only the first one, and ignores ${ignored.join(', ')} in the others`,
    `move these lines into the first [general], or write [general](+) above them, and ${RELOAD_HTTP}`,
  );
}

/** A section protects every path that begins with its name. */
function checkAccess(sections: readonly Section[], path: string): Verdict {
  const lists = sections.filter(({ lines }) =>
    lines.some(([name, value]) => name === 'type' && value.toLowerCase() === 'restriction'),
  );
  const fitting = lists.filter(({ name }) => path.startsWith(name));
  if (fitting.some(({ lines }) => lines.some(([name]) => name === 'deny' || name === 'acl')))
    return ok(`an access list protects ${path}: ${fitting.map(({ name }) => `[${name}]`).join(', ')}`);
  if (fitting.length > 0)
    return warn(
      `the access list [${fitting[0]?.name}] has no deny, so it permits every address`,
      `add deny = 0.0.0.0/0 and deny = ::/0 above its permit lines, and ${RELOAD_HTTP}`,
    );
  if (lists.length > 0)
    return warn(
      `no access list protects ${path}: ${lists.map(({ name }) => `[${name}]`).join(', ')} ${lists.length === 1 ? 'is' : 'are'} for other paths`,
      `rename the section to [${path}], and ${RELOAD_HTTP}`,
    );
  return ok(`no access list for ${path}, so only permit in manager.conf limits who may log in`);
}
