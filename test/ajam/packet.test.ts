import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AjamError,
  header,
  headerValues,
  type Packet,
  packetRecord,
  parsePackets,
} from '../../lib/ajam/index.ts';
import { PacketParser } from '../../lib/ajam/packet-parser.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('');

describe('parsePackets', () => {
  it('returns nothing for an empty body', () => {
    expect(parsePackets('')).toEqual([]);
  });

  it('distinguishes responses and events by their first header', () => {
    const body = lines(
      'Response: Success',
      'Message: ok',
      '',
      'Event: OriginateResponse',
      'Response: Failure',
      '',
    );
    expect(parsePackets(body)).toEqual([
      {
        kind: 'response',
        name: 'Success',
        headers: [
          ['Response', 'Success'],
          ['Message', 'ok'],
        ],
      },
      {
        kind: 'event',
        name: 'OriginateResponse',
        headers: [
          ['Event', 'OriginateResponse'],
          ['Response', 'Failure'],
        ],
      },
    ]);
  });

  it.each([
    ['a value with colons', 'Channel: Local/1@x:y', 'Channel', 'Local/1@x:y'],
    ['an empty value', 'CallerIDNum:', 'CallerIDNum', ''],
    ['an empty value after a blank', 'CallerIDNum: ', 'CallerIDNum', ''],
    ['no blank after the colon', 'CallerIDNum:3200', 'CallerIDNum', '3200'],
    ['a name in brackets', 'ChanVariable(PJSIP/1): A=1', 'ChanVariable(PJSIP/1)', 'A=1'],
  ])('reads %s', (_what, line, name, value) => {
    const [packet] = parsePackets(lines('Event: X', line, ''));
    expect(packet && header(packet, name)).toBe(value);
  });

  it('keeps every value of a header that repeats', () => {
    const [packet] = parsePackets(lines('Response: Success', 'Output: a', 'Output: b', ''));
    expect(packet && headerValues(packet, 'output')).toEqual(['a', 'b']);
    expect(packet && packetRecord(packet)).toEqual({ Response: 'Success', Output: ['a', 'b'] });
  });

  it('joins a value that holds line feeds, even empty lines', () => {
    const body = lines(
      'Response: Success',
      'Value: one',
      'two',
      '',
      'three',
      '',
      'Event: Hangup',
      'Cause: 16',
      '',
    );
    const packets = parsePackets(body);
    expect(packets.map(({ name }) => name)).toEqual(['Success', 'Hangup']);
    expect(packets[0] && header(packets[0], 'Value')).toBe('one\ntwo\nthree');
  });

  it('ignores superfluous line feeds', () => {
    const body =
      'Response: Error\r\nMessage: Uniqueid length exceeds maximum of 149\n\r\n\r\n\n\nEvent: X\r\n\r\n\n';
    expect(parsePackets(body).map(({ kind, name }) => [kind, name])).toEqual([
      ['response', 'Error'],
      ['event', 'X'],
    ]);
  });

  it.each([
    ['inside a line', 'Response: Goodbye\r\nMessage: Thanks for a'],
    ['after a line', 'Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n'],
    ['before the last line feed', 'Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r'],
    ['inside the second packet', 'Response: Success\r\n\r\nEvent: Hangup\r\n'],
    ['inside a value with an empty line', 'Response: Success\r\nValue: one\r\n\r\ntwo\r\n'],
  ])('refuses a body that ends %s', (_where, body) => {
    expect(() => parsePackets(body)).toThrow(
      expect.objectContaining({ code: 'AJAM_NO_REPLY', mayHaveRun: true }),
    );
  });

  it.each([
    ['a line of 70,000 bytes', `Response: Success\r\nMessage: ${'x'.repeat(70_000)}\r\n\r\n`],
    ['a packet of 70,000 bytes', `Response: Success\r\n${'Output: 123456\r\n'.repeat(4500)}\r\n`],
    ['a packet of 2001 headers', `Response: Success\r\n${'A: 1\r\n'.repeat(2000)}\r\n`],
    ['a line without end', 'x'.repeat(70_000)],
    ['500,000 packets', 'Event: X\r\n\r\n'.repeat(500_000)],
    [
      'two events without an empty line between them',
      'Event: A\r\nUniqueid: 1\r\nEvent: B\r\nUniqueid: 2\r\n\r\n',
    ],
    [
      'two events of which the second has no name',
      'Event: A\r\nPrivilege: call\r\n?\r\nPrivilege: call\r\n\r\n',
    ],
    ['a NUL byte', 'Response: Success\r\nMessage: a\0b\r\n\r\n'],
  ])('refuses %s, which no Asterisk sends', (_what, body) => {
    expect(() => parsePackets(body)).toThrow(
      expect.objectContaining({ code: 'AJAM_NOT_AJAM', mayHaveRun: true }),
    );
  });

  it.each([
    ['an escape sequence', 'a\u001b[2Jb', 'a\ufffd[2Jb'],
    ['a bell', 'a\u0007', 'a\ufffd'],
    ['DEL', 'a\u007f', 'a\ufffd'],
    ['a control character of eight bits', 'a\u009b2J', 'a\ufffd2J'],
    ['a carriage return inside a line', 'a\rb', 'a\rb'],
    ['a tab', 'a\tb', 'a\tb'],
    ['letters beside those', 'Â°¿ é', 'Â°¿ é'],
  ])('takes control characters out of values: %s', (_what, sent, read) => {
    const [packet] = parsePackets(lines('Event: X', `A: ${sent}`, ''));
    expect(packet && header(packet, 'A')).toBe(read);
  });

  it('cuts every value to 500 characters', () => {
    const long = 'x'.repeat(501);
    const [packet] = parsePackets(lines('Event: X', `A: ${long}`, 'B: b', ...Array(100).fill('more'), ''));
    expect(packet && header(packet, 'A')).toBe('x'.repeat(500));
    expect(packet && header(packet, 'B')).toHaveLength(500);
  });

  it.each([
    ['HTML', '<html><body>Not Found</body></html>'],
    ['the greeting of the TCP interface', 'Asterisk Call Manager/11.0.0\r\n'],
    ['JSON', '{"Response": "Success"}'],
  ])('refuses %s', (_what, body) => {
    expect(() => parsePackets(body)).toThrow(expect.objectContaining({ code: 'AJAM_NOT_AJAM' }));
  });

  it('throws only an AjamError, for any bytes', () => {
    const soup = fc.array(
      fc.oneof(fc.constantFrom('Response', 'Event', ':', ' ', '\r\n', '\n', '\0', 'Success'), fc.string()),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (body) => {
          try {
            for (const packet of parsePackets(body)) packetRecord(packet);
          } catch (error) {
            expect(error).toBeInstanceOf(AjamError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('reads back every header that a PBX may send', () => {
    const name = fc
      .stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/)
      .filter((text) => !/^(response|event)$/i.test(text));
    const value = fc.string().filter((text) => !/[\r\n]/.test(text) && !text.startsWith(' '));
    const headers = fc.array(fc.tuple(name, value), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(headers, { maxLength: 10 }), (packets) => {
        const body = packets
          .map((all) => lines('Event: X', ...all.map(([key, text]) => `${key}: ${text}`), ''))
          .join('');
        expect(parsePackets(body).map((packet) => packet.headers.slice(1))).toEqual(packets);
      }),
    );
  });

  it('reads ten megabytes within a second of processor time', () => {
    const body = lines(
      'Event: Newchannel',
      ...Array.from({ length: 20 }, (_, n) => `Header${n}: value ${n}`),
      '',
    );
    const large = body.repeat(25_000);
    expect(large.length).toBeGreaterThan(10_000_000);
    expect(cpuTimeOf(() => expect(parsePackets(large)).toHaveLength(25_000))).toBeLessThan(1000);
  });
});

describe('packetRecord', () => {
  it('leaves out what follows the first 64 headers', () => {
    const [packet] = parsePackets(`Response: Success\r\n${'Output: x\r\n'.repeat(1000)}\r\n`);
    expect(packet && packetRecord(packet)['Output']).toHaveLength(63);
  });
});

describe('PacketParser', () => {
  const read = (body: Buffer, sizes: readonly number[]): Packet[] => {
    const packets: Packet[] = [];
    const parser = new PacketParser((packet) => packets.push(packet));
    for (let from = 0, n = 0; from < body.length; n += 1) {
      const to = from + (sizes[n % sizes.length] ?? 1);
      parser.write(body.subarray(from, to));
      from = to;
    }
    parser.end();
    return packets;
  };

  it('reads the same however the bytes are cut into chunks, inside of a character too', () => {
    const body = Buffer.from(
      lines(
        'Response: Success',
        'Message: Zürich 日本 👩‍👩‍👧',
        '',
        '',
        'Event: A',
        'V: 1',
        '2',
        '',
        '3',
        '',
        'Event: B',
        '',
      ),
    );
    const whole = parsePackets(body.toString());
    expect(whole.map(({ name }) => name)).toEqual(['Success', 'A', 'B']);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
        expect(read(body, sizes)).toEqual(whole);
      }),
    );
  });

  it('hands over a packet as soon as the next one begins', () => {
    const names: string[] = [];
    const parser = new PacketParser(({ name }) => names.push(name));
    parser.write(Buffer.from('Response: Success\r\n\r\nEvent: A\r\n\r\n'));
    expect(names).toEqual(['Success']);
    parser.write(Buffer.from('Event: B\r\n\r\n'));
    expect(names).toEqual(['Success', 'A']);
    parser.end();
    expect(names).toEqual(['Success', 'A', 'B']);
  });

  const event = lines(
    'Event: Newstate',
    ...Array.from({ length: 16 }, (_, n) => `Header${n}: value ${n}`),
    '',
  );
  it.each([
    ['events, as they come from a network', event.repeat(5000), 1448, 20],
    ['events, byte by byte', event.repeat(5000), 1, 1],
    ['empty lines', `${event}${'\n'.repeat(1_000_000)}`, 65_536, 20],
    ['values that go on after empty lines', `${event}${'x\n\n'.repeat(10_000)}`, 65_536, 20],
    ['a value of many lines', `${event}${`${'x\n'.repeat(20_000)}\n`.repeat(10)}`, 65_536, 20],
    ['packets of many headers', `Event: X\n${'a:\n'.repeat(1900)}\n`.repeat(50), 65_536, 20],
    ['packets of one line', 'Event: X\n\n'.repeat(19_000), 65_536, 20],
  ])('takes time in proportion to the length for %s', (_what, body, size, rounds) => {
    const bytes = Buffer.from(body);
    const took = cpuTimeOf(() => {
      const parser = new PacketParser(() => undefined);
      for (let round = 0; round < rounds; round += 1)
        for (let at = 0; at < bytes.length; at += size) parser.write(bytes.subarray(at, at + size));
      parser.end();
    });
    // 64 MB, the most that is read of one reply, take less than 1 s on an idle machine.
    const perMegabyte = took / ((bytes.length * rounds) / 1e6);
    expect(perMegabyte).toBeLessThan(size === 1 ? 1500 : 150);
  });
});
