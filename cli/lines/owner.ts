import type { LineAccess } from '../../lib/calls/visible-lines.ts';

/** The owner of the settings sees all lines. */
export const OWNER: LineAccess = { mayUseRoute: () => true, isOwner: true };
