import { CallbackError } from '../../problems/callback-error.ts';

export const invalidNumber = (message: string): CallbackError =>
  new CallbackError('number-invalid', message, { field: 'to' });

export const destinationNotAllowed = (message: string): CallbackError =>
  new CallbackError('destination-not-allowed', message, { field: 'to' });
