import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** This file is a preload: the process that loads it with `--import` writes each module that it loads to the file LOADED_TO. */
const file = process.env['LOADED_TO'] ?? '';
registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(file, `${url}\n`);
    return nextLoad(url, context);
  },
});
