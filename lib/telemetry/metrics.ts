import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { PROBLEMS, type ProblemCode } from '../problems/problem-codes.ts';

/** On AWS the name contains the stage, so that the metrics of several stages are separate. */
export const SERVICE = process.env['POWERTOOLS_SERVICE_NAME'] ?? 'asterisk-callback';

/** Embedded metrics: CloudWatch reads them from lines on stdout, so no request waits for CloudWatch. */
const metrics = new Metrics({ namespace: 'AsteriskCallback', serviceName: SERVICE });

/** Counts a callback, and records the duration of each stage. */
export function countPlaced(milliseconds: Readonly<Record<string, number>>, replayed: boolean): void {
  metrics.addMetric(replayed ? 'Replayed' : 'Placed', MetricUnit.Count, 1);
  for (const [stage, took] of Object.entries(milliseconds)) {
    metrics.addMetric(`${stage}Latency`, MetricUnit.Milliseconds, took);
  }
  metrics.publishStoredMetrics();
}

/** Records how late an attempt of a line has started, counted from its due time. */
export function countStarted(latenessMs: number): void {
  metrics.addMetric('Lateness', MetricUnit.Seconds, latenessMs / 1000);
  metrics.publishStoredMetrics();
}

/** Counts a callback of a line that is over, by its last status. */
export function countEnded(status: string, attempts: number): void {
  const byStatus = metrics.singleMetric();
  byStatus.addDimension('status', status);
  byStatus.addMetric('Outcome', MetricUnit.Count, 1);
  metrics.addMetric('Attempts', MetricUnit.Count, attempts);
  metrics.publishStoredMetrics();
}

/** Reports the result of a tick. An alarm fires if it does not arrive each minute. */
export function countLines(lines: {
  /** The longest wait in all lines that are not paused. */
  oldestWaitSeconds: number;
  /** Lines in which a callback waits although no runner is at work. */
  withoutRunner: number;
  /** Lines that have callbacks and are no longer in the settings. */
  withoutSettings: number;
}): void {
  metrics.addMetric('Ticks', MetricUnit.Count, 1);
  metrics.addMetric('OldestWait', MetricUnit.Seconds, Math.round(lines.oldestWaitSeconds));
  metrics.addMetric('LinesWithoutRunner', MetricUnit.Count, lines.withoutRunner);
  metrics.addMetric('LinesWithoutSettings', MetricUnit.Count, lines.withoutSettings);
  metrics.publishStoredMetrics();
}

/**
 * Counts a failure by its code. All failures (5xx) also count as `Failed`, and all errors of a PBX as `PbxError`, because an
 * alarm watches one metric.
 */
export function countFailure(code: ProblemCode): void {
  const byCode = metrics.singleMetric();
  byCode.addDimension('code', code);
  byCode.addMetric('Refused', MetricUnit.Count, 1);
  const isFailure = PROBLEMS[code].status >= 500;
  const isOfPbx = code.startsWith('pbx-') || code === 'outcome-unknown';
  if (isFailure) metrics.addMetric('Failed', MetricUnit.Count, 1);
  if (isOfPbx) metrics.addMetric('PbxError', MetricUnit.Count, 1);
  if (isFailure || isOfPbx) metrics.publishStoredMetrics();
}
