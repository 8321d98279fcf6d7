import type { LineAgentView, LineView } from '../../lib/calls/line-schema.ts';
import { MOST_COUNTED } from '../../lib/calls/line-schema.ts';
import { columns } from '../columns.ts';

/** Returns a header and one row for each line. */
export function lineTable(lines: readonly LineView[]): string[] {
  if (lines.length === 0) return ['The settings have no lines.'];
  return columns([
    ['LINE', 'STATE', 'SLOTS', 'DUE', 'SCHEDULED', 'OLDEST WAIT'],
    ...lines.map((line) => [
      line.name,
      stateOf(line),
      slotsOf(line),
      countOf(line.due),
      countOf(line.scheduled),
      waitOf(line),
    ]),
  ]);
}

/** Returns the fields of a line, one on each row, and a table of its agents. */
export function lineLines(line: LineView): string[] {
  const { runner } = line;
  return [
    ...columns([
      ['line', line.name],
      ['state', stateOf(line)],
      ['slots', slotsOf(line)],
      ['due', countOf(line.due)],
      ['scheduled', countOf(line.scheduled)],
      ['oldest wait', waitOf(line)],
      ['runner', runner ? `${runner.id}, lease until ${runner.until} (the runner renews the lease)` : 'none'],
    ]),
    ...(line.agents.length > 0 ? ['', ...agentTable(line.agents)] : []),
  ];
}

/** Returns a header and one row for each agent. */
export function agentTable(agents: readonly LineAgentView[]): string[] {
  if (agents.length === 0) return ['No agents are known.'];
  return columns([['AGENT', 'STATE', ''], ...agents.map((agent) => [agent.extension, ...agentState(agent)])]);
}

function agentState({ status, paused, until, callback = '' }: LineAgentView): [string, string] {
  if (status === 'wrap-up') return [status, `until ${until}`];
  return [status === 'talking' && paused ? 'talking, then paused' : status, callback];
}

const stateOf = ({ paused, runner }: LineView): string =>
  paused ? 'paused' : runner ? 'working' : 'no runner';
const slotsOf = ({ slotsInUse, capacity }: LineView): string => `${slotsInUse} of ${capacity}`;
const countOf = (count: number): string => (count >= MOST_COUNTED ? `${count} or more` : String(count));
const waitOf = ({ oldestWaitSeconds }: LineView): string =>
  oldestWaitSeconds === null ? '-' : `${oldestWaitSeconds} s`;
