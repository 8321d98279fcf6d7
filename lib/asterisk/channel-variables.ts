import { headerValues, type Packet } from '../ajam/index.ts';
import type { Party } from '../calls/callback.ts';

/** Channel variables of every call, for later requests about it and for the dialplan. */
export interface CallVariables {
  /** The callback's id. A channel keeps it after a pickup or a transfer, when its Linkedid changes. */
  id: string | undefined;
  route: string | undefined;
  agent: string | undefined;
  to: string | undefined;
  first: Party | undefined;
}

export const VARIABLE_NAMES = {
  id: 'CALLBACK_ID',
  route: 'CALLBACK_ROUTE',
  agent: 'CALLBACK_AGENT',
  to: 'CALLBACK_TO',
  first: 'CALLBACK_FIRST',
} as const satisfies Record<keyof CallVariables, string>;

/** Returns the variables for the Originate. With two underscores, all channels that the call dials inherit a variable. */
export const callVariables = (values: CallVariables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(VARIABLE_NAMES).flatMap(([field, name]) => {
      const value = values[field as keyof CallVariables];
      return value === undefined ? [] : [[`__${name}`, value]];
    }),
  );

/** Reads the variables from the Status events of a call's channels. */
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

/** Returns one variable from Status events, or undefined if no channel has it. */
export function readVariable(events: readonly Packet[], name: string): string | undefined {
  const values = events.flatMap((event) => headerValues(event, 'Variable'));
  const value = values.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  return value === undefined || value === '' || value === '(null)' ? undefined : value;
}
