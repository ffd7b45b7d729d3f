// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testMessage } from '../../../../shared/src/testMessages.ts';
import { MessageCommandsContext } from '../roomContext.ts';
import { testCommands } from '../testCommands.ts';
import { useToday } from '../today.ts';
import { toRows } from './grouping.ts';
import { RowView } from './RowView.tsx';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv('TZ', 'Europe/Berlin');
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const commands = testCommands();
const ignore = () => {};

function Timeline({ times }: { times: readonly string[] }) {
  useToday();
  const messages = times.map((time, i) => testMessage(i + 1, { timestamp: new Date(time) }));
  const rows = toRows({ messages, pending: [], userId: 'me', lineAfter: null, hasOlder: false });
  return (
    <MessageCommandsContext value={commands}>
      {rows.map((row) => (
        <RowView key={row.key} row={row} userId="me" active={false} mode={null} onOpen={ignore} onClose={ignore} />
      ))}
    </MessageCommandsContext>
  );
}

const days = () =>
  screen.getAllByRole('heading').map((one) => [one.textContent, one.querySelector('time')?.getAttribute('datetime')]);
const advance = (minutes: number) => act(() => vi.advanceTimersByTime(minutes * 60_000));

test('at midnight, today becomes yesterday on an open page, and dates are those of the user’s zone', () => {
  vi.setSystemTime('2026-07-01T23:58:00+02:00');
  const evening = '2026-07-01T23:50:00+02:00';
  const { rerender } = render(<Timeline times={[evening]} />);
  expect(days()).toEqual([['Today', '2026-07-01']]);
  advance(2);
  expect(days()).toEqual([['Yesterday', '2026-07-01']]);
  rerender(<Timeline times={[evening, '2026-07-02T00:00:30+02:00']} />);
  expect(days()).toEqual([
    ['Yesterday', '2026-07-01'],
    ['Today', '2026-07-02'],
  ]);
});

test.each([
  ['short', '2026-03-29', '2026-03-28T23:30:00+01:00', '2026-03-29T00:30:00+01:00', 23],
  ['long', '2026-10-25', '2026-10-24T23:30:00+02:00', '2026-10-25T00:30:00+02:00', 25],
])('the %s day, on which summer time changes, is one day and ends at midnight', (_, date, before, first, hours) => {
  vi.setSystemTime(first);
  render(<Timeline times={[before, first]} />);
  expect(days().map(([words]) => words)).toEqual(['Yesterday', 'Today']);
  advance(hours * 60 - 31);
  expect(days()).toEqual([
    ['Yesterday', expect.any(String)],
    ['Today', date],
  ]);
  advance(1);
  expect(days().at(-1)).toEqual(['Yesterday', date]);
});

test('a change of the time zone updates days and times', () => {
  vi.setSystemTime('2026-07-02T12:00:00+02:00');
  render(<Timeline times={['2026-07-01T23:50:00+02:00', '2026-07-02T00:10:00+02:00']} />);
  expect(days()).toEqual([
    ['Yesterday', '2026-07-01'],
    ['Today', '2026-07-02'],
  ]);
  vi.stubEnv('TZ', 'America/New_York');
  advance(1);
  expect(days()).toEqual([['Yesterday', '2026-07-01']]);
  expect(screen.getAllByText(/6:10|18:10|5:50|17:50/).length).toBeGreaterThan(0);
});
