import { stripVTControlCharacters } from 'node:util';
import { bold, marked } from '../terminal.ts';
import type { Finding } from './finding.ts';

/** What a server said may be in a line: none of it shall move the cursor. */
const clean = (text: string): string => stripVTControlCharacters(text).replace(/\p{Cc}/gu, ' ');

/** A line for each finding, under the name of what it is about; what to do stands below it. */
export function lineOf(finding: Finding, before: Finding | undefined): string {
  const heading = finding.subject === before?.subject ? '' : `${bold(finding.subject)}\n`;
  const cure = finding.cure === undefined ? '' : `\n${' '.repeat(21)}→ ${clean(finding.cure)}`;
  return `${heading}  ${marked(finding.mark)}  ${finding.check.padEnd(11)}  ${clean(finding.found)}${cure}`;
}

export function summaryOf(findings: readonly Finding[]): string {
  const count = (mark: Finding['mark']) => findings.filter((finding) => finding.mark === mark).length;
  const [failed, warned] = [count('FAIL'), count('WARN')];
  if (failed + warned === 0) return `\nAll is well: ${count('OK')} checks.`;
  return `\n${failed} to be put right, ${warned} to be thought of, ${count('OK')} as they should be.`;
}
