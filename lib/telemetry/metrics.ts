import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { ProblemCode } from '../calls/problems.ts';

/** Names the stage on AWS, so that no stage is shown another's calls. */
export const SERVICE = process.env['POWERTOOLS_SERVICE_NAME'] ?? 'asterisk-callback';

/** Embedded metrics: lines on stdout that CloudWatch reads, so nothing is sent and nobody waits. */
const metrics = new Metrics({ namespace: 'AsteriskCallback', serviceName: SERVICE });

export function countPlaced(milliseconds: Readonly<Record<string, number>>, replayed: boolean): void {
  metrics.addMetric(replayed ? 'Replayed' : 'Placed', MetricUnit.Count, 1);
  for (const [stage, took] of Object.entries(milliseconds)) {
    metrics.addMetric(`${stage}Latency`, MetricUnit.Milliseconds, took);
  }
  metrics.publishStoredMetrics();
}

/** Counted by code, and PBX errors once more all together: an alarm wants one number. */
export function countFailure(code: ProblemCode): void {
  const byCode = metrics.singleMetric();
  byCode.addDimension('code', code);
  byCode.addMetric('Refused', MetricUnit.Count, 1);
  if (!code.startsWith('pbx-') && code !== 'outcome-unknown') return;
  metrics.addMetric('PbxError', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
