import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { itSurvivesCrashes } from '../support/calls/crashes.ts';

const POINTS = Number(process.env['CRASH_POINTS'] ?? 200);

describeOnAsterisk('a process that dies while it places a callback', (pbx) => itSurvivesCrashes(pbx, POINTS));
