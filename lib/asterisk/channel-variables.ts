import { headerValues, type Packet } from '../ajam/index.ts';
import type { Party } from '../calls/callback.ts';

/** Channel variables that travel with every call of ours, for whoever asks for it later and for the dialplan. */
export interface CallVariables {
  /** The call's id, also on channels that Asterisk has counted to another call since: a pickup, a transfer. */
  id: string | undefined;
  route: string | undefined;
  agent: string | undefined;
  to: string | undefined;
  first: Party | undefined;
}

// Two underscores let the channels inherit them that the dialplan dials, and those that these dial.
export const VARIABLE_NAMES = {
  id: 'CALLBACK_ID',
  route: 'CALLBACK_ROUTE',
  agent: 'CALLBACK_AGENT',
  to: 'CALLBACK_TO',
  first: 'CALLBACK_FIRST',
} as const satisfies Record<keyof CallVariables, string>;

export const callVariables = (values: CallVariables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(VARIABLE_NAMES).flatMap(([field, name]) => {
      const value = values[field as keyof CallVariables];
      return value === undefined ? [] : [[`__${name}`, value]];
    }),
  );

/** As the channels of a call carry them. */
export function callVariablesOf(events: readonly Packet[]): CallVariables {
  const read = (name: string): string | undefined => readVariable(events, name);
  const first = read(VARIABLE_NAMES.first);
  return {
    id: read(VARIABLE_NAMES.id),
    route: read(VARIABLE_NAMES.route),
    agent: read(VARIABLE_NAMES.agent),
    to: read(VARIABLE_NAMES.to),
    first: first === 'agent' || first === 'customer' ? first : undefined,
  };
}

/** What the `Variables` of a Status action tell; undefined where no channel has it. */
export function readVariable(events: readonly Packet[], name: string): string | undefined {
  const values = events.flatMap((event) => headerValues(event, 'Variable'));
  const value = values.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  return value === undefined || value === '' || value === '(null)' ? undefined : value;
}
