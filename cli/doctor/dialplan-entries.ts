import type { Plan } from '../../lib/rules/plan-call.ts';
import type { RouteSettings } from '../../lib/settings/settings.ts';

/** A place where a call enters the dialplan. */
export interface DialplanEntry {
  context: string;
  exten: string;
  priority: string;
  /** The template of the route that `exten` was made of. */
  template: string;
  /** The fields of the route that name the place. */
  fields: string;
}

/** Returns where a call continues after the answer. For a Local channel, also where the channel begins. */
export function dialplanEntries(
  route: RouteSettings,
  { context, exten, priority, channel }: Plan,
): DialplanEntry[] {
  const target = { context, exten, priority, template: route.exten, fields: '"context", "exten"' };
  const local = localPlace(channel);
  if (!local) return [target];
  const template = localPlace(route.channel)?.exten ?? '';
  return [target, { ...local, priority: '1', template, fields: '"channel"' }];
}

/** Reads a Local channel as Asterisk does: options are behind the last slash, the context defaults to "default". */
function localPlace(channel: string): Pick<DialplanEntry, 'context' | 'exten'> | undefined {
  const [, place] = /^Local\/(.*?)(?:\/[^/]*)?$/i.exec(channel) ?? [];
  if (place === undefined) return undefined;
  const [exten = '', context = 'default'] = place.split('@');
  return { exten, context };
}
