import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface Dashboard {
  widgets: { properties: { metrics: unknown[][] } }[];
}

/** Returns the metrics of a dashboard, each from its namespace to its dimensions. CloudFormation has not filled in names. */
export function metricsShownBy(body: string): string[][] {
  const { widgets } = JSON.parse(body.replace(/\$\{!?[^}]*\}/g, 'filled-in')) as Dashboard;
  return widgets.flatMap(({ properties }) => inFull(properties.metrics));
}

/** Writes out CloudWatch's shorthands: `.` repeats the value above, `...` all of them. Leaves expressions out. */
function inFull(metrics: unknown[][]): string[][] {
  const full: string[][] = [];
  for (const metric of metrics) {
    const names = metric.filter((each) => typeof each === 'string');
    const above = full.at(-1) ?? [];
    const same = names[0] === '...' ? above.slice(0, above.length - names.length + 1) : [];
    const own = names.filter((name) => name !== '...');
    const line = [...same, ...own].map((name, index) => (name === '.' ? (above[index] ?? '') : name));
    if (line.length > 0) full.push(line);
  }
  return full;
}

/** Returns name and dimensions of each metric that the code prints for a call and for an unreachable PBX. */
export function metricsSentBy(service: string): string[] {
  const code = `
    import { countEnded, countFailure, countLines, countPlaced, countStarted } from './lib/telemetry/metrics.ts';
    countPlaced({ settings: 1, login: 1, originate: 1, total: 1 }, false);
    countPlaced({}, true);
    for (const code of ['pbx-unreachable', 'limit-reached', 'credentials-invalid']) countFailure(code);
    countStarted(1);
    countEnded('completed', 1);
    countLines({ oldestWaitSeconds: 1, withoutRunner: 1, withoutSettings: 1 });`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: ROOT,
    env: { POWERTOOLS_SERVICE_NAME: service },
    encoding: 'utf8',
  });
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .flatMap(({ _aws, ...values }) =>
      _aws.CloudWatchMetrics.flatMap(
        ({ Dimensions, Metrics }: { Dimensions: string[][]; Metrics: { Name: string }[] }) =>
          Metrics.map(({ Name }) =>
            [Name, ...(Dimensions[0] ?? []).flatMap((name) => [name, values[name]])].join(' '),
          ),
      ),
    );
}
