import type { Migrated, MigrationProgress, Unreadable } from '@earshot/server/migrate';

export const describeUnreadable = ({ collection, id, reason }: Unreadable): string => `${collection} ${id}: ${reason}`;

export function describeProgress(progress: MigrationProgress): string {
  if (progress.step === 'indexes') return 'Building indexes';
  const { step, done, total } = progress;
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  return `${step === 'read' ? 'Reading' : 'Numbering'} messages: ${count(done)} of ${count(total)} (${percent} %)`;
}

interface Run {
  dryRun: boolean;
  database: string;
  report: string | undefined;
}

/** The summary of a run: the numbered and the unreadable messages, and what else was changed. */
export function describeMigrated(migrated: Migrated, { dryRun, database, report }: Run): string {
  if (migrated.empty) return `The database “${database}” has no messages and no rooms. Is MONGODB_DB right?`;
  const { readable, unreadable, numbered, numberedAfterNewer, roomsCreated, roomsRepaired, locationsRemoved } =
    migrated;
  const where = report === undefined ? 'listed above' : `listed in ${report}`;
  const lines = [
    dryRun ? `${messages(readable)} to number` : `${messages(numbered)} numbered`,
    `${count(unreadable)} unreadable ${plural(unreadable, 'message')}${unreadable > 0 ? `, ${where} and not changed` : ''}`,
    numberedAfterNewer > 0 && `${messages(numberedAfterNewer)} numbered after newer ones that already had numbers`,
    roomsCreated > 0 && `${rooms(roomsCreated)} created for messages that had no room`,
    roomsRepaired > 0 && dryRun ? `${rooms(roomsRepaired)} to complete` : `${rooms(roomsRepaired)} completed`,
    locationsRemoved > 0 &&
      `${count(locationsRemoved)} unusable locations of users ${dryRun ? 'to remove' : 'removed'}`,
  ].filter((line) => line !== false);
  const title = dryRun ? 'Dry run: nothing was written' : 'Done';
  return [`${title}. Database “${database}”:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

const count = (number: number) => number.toLocaleString('en-US');
const plural = (number: number, noun: string) => (number === 1 ? noun : `${noun}s`);
const messages = (number: number) => `${count(number)} ${plural(number, 'message')}`;
const rooms = (number: number) => `${count(number)} ${plural(number, 'room')}`;
