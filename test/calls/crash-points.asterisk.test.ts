import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { itSurvivesCrashes } from '../support/calls/crashes.ts';

describeOnAsterisk('a process that dies while it places a callback', (pbx) => itSurvivesCrashes(pbx, 6));
