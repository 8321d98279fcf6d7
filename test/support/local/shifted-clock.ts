import { ServerResponse } from 'node:http';

/**
 * This file is a preload: the process that loads it with `--import` lives CLOCK_SHIFT_MS milliseconds later. Timers and the
 * monotonic clock are not changed.
 */
const shiftMs = Number(process.env['CLOCK_SHIFT_MS']);
const RealDate = Date;
const now = (): number => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

// The header `Date` of Node's own server is not shifted. The AWS SDK would correct its clock by it, and sign in the past.
const { writeHead } = ServerResponse.prototype;
ServerResponse.prototype.writeHead = function (this: ServerResponse, ...args: Parameters<typeof writeHead>) {
  this.setHeader('date', new Date().toUTCString());
  return writeHead.apply(this, args);
} as typeof writeHead;
