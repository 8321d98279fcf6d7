import type { LineAccess } from '../../lib/calls/visible-lines.ts';

/** Whoever may read the settings sees all lines. */
export const OWNER: LineAccess = { mayUseRoute: () => true, isOwner: true };
