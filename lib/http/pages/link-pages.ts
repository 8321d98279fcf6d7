import type { Callback, PlacedCallback } from '../../calls/callback.ts';
import { emptyResponse, type HttpResponse } from '../http-response.ts';
import { type Html, html, htmlPage } from './html.ts';

/** Returns the page that asks before it calls. Its button posts the query of the link to the address of the link. */
export function confirmPage({ to, agent }: Readonly<Record<string, unknown>>): HttpResponse {
  const content = html`${parties(agent, to)}
<form method="post"><button>Call now</button></form>
<p><small>Nothing has happened yet. Close this page if you do not want to call.</small></p>`;
  return htmlPage('Place this call?', content, emptyResponse(200));
}

/** Returns the outcome of a link as a page. */
export function callbackPage(
  { callback, replayed, alreadyOpen }: PlacedCallback,
  response: HttpResponse,
): HttpResponse {
  const { id, agent, to, line, status } = callback;
  const waits = line !== undefined && status === 'queued';
  const { title, text } = (waits ? WAITS : STATUS[status]) ?? { title: 'Callback', text: '' };
  const content = html`<p>${text}</p>
${replayed ? html`<p>This link was followed a moment ago. No phone rang again.</p>` : html``}
${alreadyOpen ? html`<p>This customer has an open callback already, and gets one call.</p>` : html``}
${parties(agent, to)}
<p><small>${status}, ${id}</small></p>`;
  return htmlPage(title, content, response);
}

const parties = (agent: unknown, to: unknown): Html => html`<dl>
${agent === undefined || agent === '' ? html`` : html`<dt>Agent</dt><dd>${String(agent)}</dd>`}
<dt>Customer</dt><dd>${String(to)}</dd>
</dl>`;

const STARTED = {
  title: 'The call starts',
  text: 'One phone rings first. When somebody answers, Asterisk dials the other phone.',
};

const WAITS = { title: 'The call waits its turn', text: 'It starts when an agent and the line are free.' };

const STATUS: Readonly<Partial<Record<Callback['status'], { title: string; text: string }>>> = {
  queued: STARTED,
  dialing: STARTED,
  ringing: STARTED,
  scheduled: { title: 'The call is scheduled', text: 'It starts later.' },
  'in-progress': { title: 'The call is in progress', text: 'At least one party has answered.' },
  completed: { title: 'The call has ended', text: 'Both parties have talked.' },
  busy: { title: 'Busy', text: 'The phone is busy. Try again later.' },
  'no-answer': { title: 'No answer', text: 'Nobody answered. Try again later.' },
  failed: { title: 'The call failed', text: 'Asterisk could not connect the call.' },
  canceled: {
    title: 'The call was canceled',
    text: 'Somebody ended the call before both parties had answered.',
  },
  unknown: {
    title: 'The outcome is unknown',
    text: 'A phone may be ringing. Do not follow the link again yet.',
  },
};
