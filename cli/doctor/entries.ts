import type { Plan } from '../../lib/rules/apply-rules.ts';
import type { RouteSettings } from '../../lib/settings/settings.ts';

/** A place where a call enters the dialplan. */
export interface Entry {
  context: string;
  exten: string;
  priority: string;
  /** What of the route `exten` was made of. */
  template: string;
  /** The fields of the route that name the place. */
  fields: string;
}

/** Where a call goes on once answered; and before, where its channel is a Local one. */
export function entriesOf(route: RouteSettings, { context, exten, priority, channel }: Plan): Entry[] {
  const target = { context, exten, priority, template: route.exten, fields: '"context", "exten"' };
  const local = localPlace(channel);
  if (!local) return [target];
  const template = localPlace(route.channel)?.exten ?? '';
  return [target, { ...local, priority: '1', template, fields: '"channel"' }];
}

/** As Asterisk reads it: options stand behind the last slash, and without a context it is "default". */
function localPlace(channel: string): Pick<Entry, 'context' | 'exten'> | undefined {
  const [, place] = /^Local\/(.*?)(?:\/[^/]*)?$/i.exec(channel) ?? [];
  if (place === undefined) return undefined;
  const [exten = '', context = 'default'] = place.split('@');
  return { exten, context };
}
