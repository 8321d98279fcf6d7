import { ok, type Verdict, warn } from './finding.ts';

/** A version of Asterisk, as far as its name shows it. */
export interface Version {
  name: string;
  /** Infinity for the development branch, which becomes the next one. */
  major: number;
  /** Undefined for development versions. */
  release: Release | undefined;
  /** The number after `-cert`, for certified releases. */
  certified: number | undefined;
}

type Release = readonly [major: number, minor: number, patch: number];

interface Hole {
  what: string;
  /** The first release without it, of each line that got a fix. */
  fixed: readonly Release[];
  /** The same for certified releases: major, minor, number after `-cert`. */
  fixedCertified: readonly Release[];
}

/** Holes for an AMI user over HTTP, or without any login. From the advisories of the Asterisk project. */
const HOLES: readonly Hole[] = [
  {
    what: 'a request without a login can crash it through the digest endpoints that webenabled adds (GHSA-3rhj-hhw7-m6fw)',
    fixed: [
      [20, 20, 1],
      [21, 12, 3],
      [22, 10, 1],
      [23, 4, 1],
    ],
    fixedCertified: [],
  },
  {
    what: 'a user with write=originate can run programs (CVE-2024-42365)',
    fixed: [
      [18, 24, 2],
      [20, 9, 2],
      [21, 4, 2],
      [22, 0, 0],
    ],
    fixedCertified: [
      [18, 9, 11],
      [20, 7, 2],
    ],
  },
];

/** Checks the version in the `Server` header for known holes. Most installations hide it. */
export function checkVersion(server: string): Verdict {
  const version = versionOf(server);
  if (!version) return ok('the HTTP server does not show the version of Asterisk');
  const { name, release, certified } = version;
  if (!release)
    return ok(`Asterisk ${name} is a development version, so the doctor does not know which fixes it has`);
  const open = HOLES.filter((hole) => isOpen(hole, release, certified)).map(({ what }) => what);
  if (open.length === 0) return ok(`Asterisk ${name}, without known holes in this interface`);
  const until = 'Until then, let only the functions reach the port';
  return certified === undefined
    ? warn(
        `Asterisk ${name}: ${open.join('; ')}`,
        `update Asterisk, or check that your distribution has fixed it without a new number. ${until}`,
      )
    : warn(
        `Asterisk ${name} is based on ${release[0]}.${release[1]}. Unless it already has the fix: ${open.join('; ')}`,
        `look for the advisory in the release notes of your certified version, and update if it is missing. ${until}`,
      );
}

const SERVER = /^Asterisk\/([\w.+~/-]{1,60})/;

/** Reads the version in a `Server` header: `22.10.1`, `certified-22.8-cert3`, `certified/18.9-cert18`, `GIT-master-…`. */
export function versionOf(server: string): Version | undefined {
  const name = SERVER.exec(server)?.[1];
  if (name === undefined) return undefined;
  const development = /^(?:GIT-|SVN-)?(master|trunk|\d+)-/i.exec(name) ?? /^(master|trunk)$/i.exec(name);
  if (development) {
    const major = Number(development[1]);
    return {
      name,
      major: Number.isNaN(major) ? Number.POSITIVE_INFINITY : major,
      release: undefined,
      certified: undefined,
    };
  }
  const match = /^(?:certified[-/])?(\d+)\.(\d+)(?:\.(\d+))?(?:-cert(\d+))?/.exec(name);
  if (!match) return undefined;
  const [, major, minor, patch = '0', certified] = match;
  return {
    name,
    major: Number(major),
    release: [Number(major), Number(minor), Number(patch)],
    certified: certified === undefined ? undefined : Number(certified),
  };
}

function isOpen({ fixed, fixedCertified }: Hole, release: Release, certified: number | undefined): boolean {
  const [major, minor] = release;
  if (certified !== undefined) {
    const line = fixedCertified.find((each) => each[0] === major && each[1] === minor);
    if (line !== undefined) return certified < line[2];
  }
  // A line without a fix stays open. A line above the newest fix began after it.
  const line = fixed.find((each) => each[0] === major);
  if (line === undefined) return major < Math.max(...fixed.map((each) => each[0]));
  return compare(release, line) < 0;
}

function compare(a: Release, b: Release): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
