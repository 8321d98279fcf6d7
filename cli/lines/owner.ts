import type { LineAccess } from '../../lib/calls/visible-lines.ts';

/** Commands act for the owner of the settings. The owner may see all lines. */
export const OWNER: LineAccess = { mayUseRoute: () => true, isOwner: true };
