import { ok, type Verdict, warn } from './finding.ts';

type Release = readonly [number, number, number];

interface Hole {
  what: string;
  /** The first release without it, of each line that got a fix. */
  fixed: readonly Release[];
}

/** Holes that an AMI user over HTTP, or somebody without any login, can use. Advisories of the Asterisk project. */
const HOLES: readonly Hole[] = [
  {
    what: 'the digest endpoints, which come with webenabled, can be crashed without a login (GHSA-3rhj-hhw7-m6fw)',
    fixed: [
      [20, 20, 1],
      [21, 12, 3],
      [22, 10, 1],
      [23, 4, 1],
    ],
  },
  {
    what: 'write=originate can be turned into running programs (CVE-2024-42365)',
    fixed: [
      [18, 24, 2],
      [20, 9, 2],
      [21, 4, 2],
      [22, 0, 0],
    ],
  },
];

/** What the `Server` header tells about known holes; most installations hide the version there. */
export function checkVersion(server: string): Verdict {
  const release = releaseOf(server);
  if (!release) return ok('the server does not tell its version');
  const open = HOLES.filter((hole) => isOpen(hole, release)).map(({ what }) => what);
  if (open.length === 0) return ok(`Asterisk ${release.join('.')}, without known holes in this interface`);
  return warn(
    `Asterisk ${release.join('.')}: ${open.join('; ')}`,
    'update Asterisk, or make sure that your distribution has patched it without a new number; until then let only the addresses of the functions reach the port',
  );
}

/** The release that a `Server` header tells, if it does. */
export function releaseOf(server: string): Release | undefined {
  const match = /^Asterisk\/(\d+)\.(\d+)\.(\d+)/.exec(server);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/** A line that got no fix stays open; one that is newer than the newest fix began after it. */
function isOpen({ fixed }: Hole, release: Release): boolean {
  const line = fixed.find(([major]) => major === release[0]);
  if (line === undefined) return release[0] < Math.max(...fixed.map(([major]) => major));
  return compare(release, line) < 0;
}

function compare(a: Release, b: Release): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
