import { stripVTControlCharacters } from 'node:util';
import { bold, marked } from '../terminal.ts';
import type { Finding } from './finding.ts';

/** Removes what would move the cursor: a line may contain text of a server. */
const clean = (text: string): string => stripVTControlCharacters(text).replace(/\p{Cc}/gu, ' ');

/** Returns the line of a finding, below the name of its subject, and what to do on the next line. */
export function lineOf(finding: Finding, before: Finding | undefined): string {
  const heading = finding.subject === before?.subject ? '' : `${bold(finding.subject)}\n`;
  const cure = finding.cure === undefined ? '' : `\n${' '.repeat(21)}→ ${clean(finding.cure)}`;
  return `${heading}  ${marked(finding.mark)}  ${finding.check.padEnd(11)}  ${clean(finding.found)}${cure}`;
}

export function summaryOf(findings: readonly Finding[]): string {
  const count = (mark: Finding['mark']) => findings.filter((finding) => finding.mark === mark).length;
  const [failed, warned] = [count('FAIL'), count('WARN')];
  const warnings = `${warned} ${warned === 1 ? 'warning' : 'warnings'}`;
  return `\n${failed} failed, ${warnings}, ${count('OK')} passed.`;
}
