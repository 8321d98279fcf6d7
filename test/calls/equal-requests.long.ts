import { expect, it } from 'vitest';
import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { checkEqualRequests } from '../support/calls/equal-requests.ts';

/** Two Originates with one ChannelId at the same moment crashed Asterisk after 3,000 to 16,000 such rounds. */
const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 20_000);

describeOnAsterisk('Equal requests at once', (pbx) => {
  it(`never send a ChannelId twice in ${ROUNDS} rounds of four, and Asterisk survives them`, async () => {
    expect.hasAssertions();
    await checkEqualRequests(pbx, ROUNDS);
  });
});
