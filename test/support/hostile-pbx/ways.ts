import { EVENT_WAYS } from './event-ways.ts';
import { HTTP_WAYS } from './http-ways.ts';
import { REPLY_WAYS } from './reply-ways.ts';
import type { Way } from './way.ts';

export const WAYS: readonly Way[] = [...HTTP_WAYS, ...REPLY_WAYS, ...EVENT_WAYS];
