import { expect, test } from 'vitest';
import { describeMigrated, describeProgress, describeUnreadable } from './text.ts';

const migrated = {
  readable: 12_345,
  unreadable: 2,
  numbered: 12_345,
  numberedAfterNewer: 1,
  roomsCreated: 3,
  roomsRepaired: 1,
  locationsRemoved: 0,
  empty: false,
};

test('the summary lists only what happened', () => {
  expect(describeMigrated(migrated, { dryRun: false, database: 'chat', report: undefined }).split('\n')).toEqual([
    'Done. Database “chat”:',
    '  12,345 messages numbered',
    '  2 unreadable messages, listed above and not changed',
    '  1 message numbered after newer ones that already had numbers',
    '  3 rooms created for messages that had no room',
    '  1 room completed',
  ]);
});

test('a dry run says what would happen', () => {
  const found = {
    ...migrated,
    numbered: 0,
    numberedAfterNewer: 0,
    roomsCreated: 0,
    unreadable: 0,
    locationsRemoved: 4,
  };
  expect(describeMigrated(found, { dryRun: true, database: 'chat', report: 'list.txt' }).split('\n')).toEqual([
    'Dry run: nothing was written. Database “chat”:',
    '  12,345 messages to number',
    '  0 unreadable messages',
    '  1 room to complete',
    '  4 unusable locations of users to remove',
  ]);
});

test('progress and unreadable documents', () => {
  expect(describeProgress({ step: 'read', done: 1_999, total: 2_000 })).toBe('Reading messages: 1,999 of 2,000 (99 %)');
  expect(describeProgress({ step: 'numbered', done: 0, total: 0 })).toBe('Numbering messages: 0 of 0 (100 %)');
  expect(describeProgress({ step: 'indexes' })).toBe('Building indexes');
  expect(describeUnreadable({ collection: 'rooms', id: 'a', reason: 'b' })).toBe('rooms a: b');
});
