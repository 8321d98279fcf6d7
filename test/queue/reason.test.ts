import { describe, expect, it } from 'vitest';
import { AjamError } from '../../lib/ajam/errors.ts';
import { pbxError } from '../../lib/calls/pbx-error.ts';
import { reasonOf } from '../../lib/queue/reason.ts';
import { storeUnreachable } from '../../lib/store/store-unreachable.ts';

describe('The log of a runner', () => {
  it('names the PBX and what happened, and not a log under a request id', () => {
    const error = pbxError(new AjamError('AJAM_UNREACHABLE', 'connect ECONNREFUSED 192.0.2.1:8089'), 'main');
    expect(reasonOf(error)).toEqual({
      code: 'pbx-unreachable',
      error: 'PBX main: connect ECONNREFUSED 192.0.2.1:8089',
    });
  });

  it('has the cause of an error of the store', () => {
    const { code, cause } = reasonOf(storeUnreachable(new Error('socket hang up')));
    expect([code, cause]).toEqual(['store-unreachable', 'Error: socket hang up']);
  });

  it('has an unexpected error as it is', () => {
    expect(reasonOf(new TypeError('not a function'))).toEqual({ error: 'TypeError: not a function' });
  });
});
