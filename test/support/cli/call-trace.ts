import type { Packet, Watcher } from '../asterisk/index.ts';

/** One attempt as Asterisk saw it. */
interface TracedAttempt {
  /** The first channel, without its counter. */
  channel: string;
  /** Where the dialplan began, such as `from-internal,100,1`. Absent if the phone did not answer. */
  began: string | undefined;
  callerId: string | undefined;
  variables: Record<string, string>;
  rangAt: number;
  endedAt: number;
}

/** What a call file or a callback made Asterisk do: the first channel of each attempt, in order. */
export class CallTrace {
  readonly #watcher: Watcher;
  readonly #from: number;
  readonly #isOwn: (id: string) => boolean;

  /** @param isOwn Whether a channel's id is one of these calls. */
  constructor(watcher: Watcher, isOwn: (id: string) => boolean) {
    this.#watcher = watcher;
    this.#isOwn = isOwn;
    this.#from = watcher.events().length;
  }

  /** Waits until so many attempts have ended. */
  async attempts(count: number, variables: readonly string[], ms = 40_000): Promise<TracedAttempt[]> {
    const ended = new Set<Packet>();
    while (ended.size < count) {
      ended.add(await this.#watcher.waitFor((event) => this.#isEnd(event) && !ended.has(event), ms));
    }
    return this.#firstChannels().map((event) => this.#attempt(event, variables));
  }

  #isEnd = (event: Packet): boolean =>
    event['Event'] === 'Hangup' &&
    event['Uniqueid'] === event['Linkedid'] &&
    this.#firstChannels().some((first) => first['Uniqueid'] === event['Uniqueid']);

  #events(): Packet[] {
    return this.#watcher.events().slice(this.#from);
  }

  #firstChannels(): Packet[] {
    return this.#events().filter(
      ({ Event, Uniqueid = '', Linkedid }) =>
        Event === 'Newchannel' && Uniqueid === Linkedid && this.#isOwn(Uniqueid),
    );
  }

  #attempt({ Channel = '', Uniqueid, Timestamp }: Packet, names: readonly string[]): TracedAttempt {
    const own = this.#events().filter((event) => event['Uniqueid'] === Uniqueid);
    const began = own.find((event) => event['Event'] === 'Newexten');
    const end = own.find((event) => event['Event'] === 'Hangup');
    const values = own
      .filter((event) => event['Event'] === 'VarSet' && names.includes(event['Variable'] ?? ''))
      .map((event): [string, string] => [event['Variable'] ?? '', event['Value'] ?? '']);
    return {
      channel: Channel.replace(/-[0-9a-f]{8}(?=;|$)/, ''),
      began: began && [began['Context'], began['Extension'], began['Priority']].join(','),
      callerId: began?.['CallerIDNum'],
      variables: Object.fromEntries(values),
      rangAt: Number(Timestamp),
      endedAt: Number(end?.['Timestamp']),
    };
  }
}
