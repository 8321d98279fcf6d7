import { describe, expect, it } from 'vitest';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';

describe('parseCallbackRequest', () => {
  it.each(['variables', 'metadata'])('refuses the name __proto__ in %s instead of losing it', (field) => {
    const request = JSON.parse(`{"to": "+74951234567", "${field}": {"__proto__": "x", "A": "1"}}`);
    expect(parseCallbackRequest(request)).toEqual({
      ok: false,
      errors: [{ field: `${field}.__proto__`, message: 'must have another name' }],
    });
  });

  it('accepts the names of other properties of objects', () => {
    const metadata = { constructor: 'x', toString: 'y' };
    expect(parseCallbackRequest({ to: '+74951234567', metadata })).toMatchObject({
      ok: true,
      request: { metadata },
    });
  });
});
