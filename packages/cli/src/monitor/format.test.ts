import { describe, expect, test } from 'vitest';
import { frameLine, frameObject, noteLine, type Paint } from './format.ts';
import type { Frame } from './frame.ts';
import { Tally } from './tally.ts';

const time = new Date(2026, 0, 31, 9, 5, 7, 45);
const plain: Paint = (_style, text) => text;
const line = { paint: plain, width: null, originWidth: 0 };

function frame(fields: Partial<Frame> = {}): Frame {
  const text = fields.text === undefined ? '{"type":"Join"}' : fields.text;
  return {
    time,
    wire: 'legacy',
    room: 'lobby',
    direction: 'out',
    types: ['Join'],
    bytes: Buffer.byteLength(text ?? ''),
    ...fields,
    text,
  };
}

describe('a line', () => {
  test('has the time, the direction, the type, the size and the payload', () => {
    expect(frameLine(frame(), line)).toBe('09:05:07.045 → Join                     15 B  {"type":"Join"}');
    expect(frameLine(frame({ direction: 'in' }), line)).toContain(' ← ');
  });

  test('shows the wire and the room if there are several', () => {
    expect(frameLine(frame(), { ...line, originWidth: 14 })).toContain('09:05:07.045 legacy:lobby   → Join');
    expect(noteLine({ ...frame(), note: 'closed' }, { ...line, originWidth: 14 })).toBe(
      '09:05:07.045 legacy:lobby   • closed',
    );
  });

  test('fits into the terminal', () => {
    const long = frame({ text: JSON.stringify({ type: 'Message', content: 'x'.repeat(500) }) });
    expect(frameLine(long, { ...line, width: 120 })).toHaveLength(120);
    expect(frameLine(long, { ...line, width: 120 }).endsWith('…')).toBe(true);
    expect(frameLine(long, line)).toContain(long.text);
  });

  test('marks errors', () => {
    const styled: Paint = (style, text) => `<${style}>${text}`;
    for (const type of ['Error', 'ROOM_FULL', 'error']) {
      expect(frameLine(frame({ types: [type] }), { ...line, paint: styled })).toContain(`<red>${type}`);
    }
    expect(frameLine(frame({ types: ['PING'] }), { ...line, paint: styled })).toContain('<bold>PING');
  });

  test('escapes control characters', () => {
    const text = frameLine(frame({ types: ['\u001b[2J'], text: '{"a":"\u009b1m\u202e"}', room: '\u0007' }), {
      ...line,
      originWidth: 9,
    });
    expect(text).toContain('\\u001b[2J');
    expect(text).toContain('{"a":"\\u009b1m\\u202e"}');
    expect(text).toContain('legacy:\\u0007');
  });
});

describe('payloads', () => {
  test('show no token', () => {
    const text = '{"type":"Join","token":"secret \\" rest","data":{"token" : "more"}}';
    expect(frameLine(frame({ text }), line)).toContain('{"type":"Join","token":"…","data":{"token" : "…"}}');
    expect(JSON.stringify(frameObject(frame({ text })))).not.toMatch(/secret|rest|more/);
  });

  test('are objects for programs, and text if they are not JSON', () => {
    const head = { time, wire: 'legacy', room: 'lobby', direction: 'out', type: 'Join' };
    expect(frameObject(frame())).toEqual({ ...head, bytes: 15, frame: { type: 'Join' } });
    expect(frameObject(frame({ text: '{' }))).toEqual({ ...head, bytes: 1, text: '{' });
    expect(frameObject(frame({ text: null, bytes: 3 }))).toEqual({ ...head, bytes: 3, text: '(binary)' });
  });
});

test('the summary includes hidden frames', () => {
  const tally = new Tally();
  expect(tally.line(500)).toBe('0 frames in 0.5 s (0 received, 0 sent, 0 bytes)');
  tally.add(frame(), true);
  tally.add(frame({ direction: 'in', types: ['a', 'b'] }), false);
  tally.add(frame({ direction: 'in', types: ['b'] }), true);
  expect(tally.line(12_340)).toBe(
    '3 frames in 12.3 s (2 received, 1 sent, 45 bytes, 1 of them not shown): b 2, Join 1, a 1',
  );
});
