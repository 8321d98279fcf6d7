import { createHash } from 'node:crypto';
import { CallbackError } from '../problems/callback-error.ts';

/** Returns a cursor. `boundTo` names the sender and the list, because the cursor is valid for them only. */
export function encodeCursor(boundTo: unknown, position: string): string {
  return Buffer.from(JSON.stringify([digest(boundTo), position])).toString('base64url');
}

/** Returns the position of a cursor. @throws CallbackError request-invalid for a cursor of another sender or list. */
export function decodeCursor(boundTo: unknown, cursor: string): string {
  const [bound, position] = parse(cursor);
  if (bound === digest(boundTo) && typeof position === 'string' && POSITION.test(position)) {
    return position;
  }
  throw new CallbackError(
    'request-invalid',
    'cursor does not belong to this key and these filters: leave it out to start again',
    { errors: [{ field: 'cursor', message: 'does not belong to this key and these filters' }] },
  );
}

/** A key of `listSort`. */
const POSITION = /^\d{13}#\w{0,100}$/;

function parse(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);
