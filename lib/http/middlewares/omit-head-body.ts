import { changeResponse, type HttpMiddleware } from './middleware.ts';

/** Leaves out the body of a response to HEAD. */
export const omitHeadBody = (): HttpMiddleware =>
  changeResponse((response, { exchange }) =>
    exchange?.request.method === 'HEAD' ? { ...response, body: '' } : response,
  );
