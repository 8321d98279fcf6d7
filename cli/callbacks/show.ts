import type { CallbackView } from '../../lib/calls/callback.ts';
import { columns } from '../columns.ts';

/** Returns a header and one row for each callback. */
export function callbackTable(callbacks: readonly CallbackView[]): string[] {
  const rows = callbacks.map(({ createdAt, status, route, agent, to, id }) => [
    createdAt,
    status,
    route,
    agent,
    to,
    id,
  ]);
  return columns([['CREATED', 'STATUS', 'ROUTE', 'AGENT', 'TO', 'ID'], ...rows]);
}

/** Returns the fields of a callback, one on each line. */
export function callbackLines(callback: CallbackView): string[] {
  const { id, status, live, route, agent, to, createdAt, observedAt, endedAt, legs, attempts, metadata } =
    callback;
  const { line, priority, dueAt, expiresAt } = callback;
  const seen = live === null ? 'not known' : live ? 'yes' : 'no';
  const fields: [string, string | undefined][] = [
    ['id', id],
    ['status', `${status} at ${observedAt}`],
    ['live', seen],
    ['route', route],
    ['agent', agent],
    ['to', to],
    ['line', line === undefined ? undefined : `${line}, priority ${priority}`],
    ['created', createdAt],
    ['due', dueAt],
    ['expires', expiresAt],
    ['ended', endedAt],
    ['first leg', legOf(legs.first)],
    ['second leg', legOf(legs.second)],
    ...attempts.map(({ number, agent: rung, pbx, startedAt, status: result }): [string, string] => [
      `attempt ${number}`,
      `${startedAt} on PBX ${pbx}, agent ${rung}: ${result}`,
    ]),
    ...Object.entries(metadata).map(([name, value]): [string, string] => [name, value]),
  ];
  return fields.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(12)}${text}`]));
}

const legOf = ({ party, status, reason, cause, causeText }: CallbackView['legs']['first']): string =>
  [party, status, reason, cause === undefined ? undefined : `cause ${cause} ${causeText ?? ''}`]
    .filter((text) => text !== undefined)
    .join(', ')
    .trimEnd();
