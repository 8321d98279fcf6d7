import { expect, it } from 'vitest';
import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { checkEqualRequests } from '../support/calls/equal-requests.ts';

describeOnAsterisk('Equal requests at once', (pbx) => {
  it('never send a ChannelId twice in a hundred rounds of four, even if connections break', async () => {
    expect.hasAssertions();
    await checkEqualRequests(pbx, 100);
  }, 120_000);
});
