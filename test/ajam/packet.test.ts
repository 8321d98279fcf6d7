import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AjamError, header, headerValues, packetRecord, parsePackets } from '../../lib/ajam/index.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('');

describe('parsePackets', () => {
  it('reads nothing from an empty body', () => {
    expect(parsePackets('')).toEqual([]);
  });

  it('tells responses and events apart by their first header', () => {
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

  it('goes on with a value that holds line feeds, even empty lines', () => {
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

  it('takes stray line feeds for what they are', () => {
    const body =
      'Response: Error\r\nMessage: Uniqueid length exceeds maximum of 149\n\r\n\r\n\n\nEvent: X\r\n\r\n\n';
    expect(parsePackets(body).map(({ kind, name }) => [kind, name])).toEqual([
      ['response', 'Error'],
      ['event', 'X'],
    ]);
  });

  it('takes a last packet without its empty line', () => {
    expect(parsePackets('Response: Goodbye\r\nMessage: Thanks for all the fish.')).toHaveLength(1);
  });

  it.each([
    ['HTML', '<html><body>Not Found</body></html>'],
    ['the greeting of the TCP interface', 'Asterisk Call Manager/11.0.0\r\n'],
    ['JSON', '{"Response": "Success"}'],
  ])('refuses %s', (_what, body) => {
    expect(() => parsePackets(body)).toThrow(expect.objectContaining({ code: 'AJAM_NOT_AJAM' }));
  });

  it('throws nothing but its own error, whatever the bytes', () => {
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

  it('reads back what a PBX may say', () => {
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

  it('makes a record of a header that comes a hundred thousand times within a second of processor time', () => {
    const [packet] = parsePackets(`Response: Success\r\n${'Output: x\r\n'.repeat(100_000)}\r\n`);
    if (!packet) throw new Error('no packet');
    const took = cpuTimeOf(() => expect(packetRecord(packet)['Output']).toHaveLength(100_000));
    expect(took).toBeLessThan(1000);
  });
});
