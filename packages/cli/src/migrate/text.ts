import type { Migrated, MigrationProgress, Unreadable } from '@earshot/server/migrate';

export const describeUnreadable = ({ collection, id, reason }: Unreadable): string => `${collection} ${id}: ${reason}`;

export function describeProgress({ step, done, total }: MigrationProgress): string {
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  return `${step === 'read' ? 'Reading' : 'Placing'} messages: ${count(done)} of ${count(total)} (${percent} %)`;
}

interface Run {
  dryRun: boolean;
  database: string;
  report: string | undefined;
}

/** What came of it, a line for each thing that there is to say. */
export function describeMigrated(migrated: Migrated, { dryRun, database, report }: Run): string {
  if (migrated.empty) return `The database “${database}” has no messages and no rooms. Is MONGODB_DB right?`;
  const { readable, unreadable, placed, late, roomsMade, roomsRepaired, positionsForgotten } = migrated;
  const where = report === undefined ? 'listed above' : `listed in ${report}`;
  const lines = [
    dryRun ? `${messages(readable)} to be given a place` : `${messages(placed)} given a place`,
    `${messages(unreadable)} that can’t be read${unreadable > 0 ? `, ${where} and left as they are` : ''}`,
    late > 0 && `${messages(late)} placed after newer ones, which had their numbers already`,
    roomsMade > 0 && `${rooms(roomsMade)} made, of which there were only messages`,
    roomsRepaired > 0 && `${rooms(roomsRepaired)} ${dryRun ? 'to be ' : ''}completed`,
    positionsForgotten > 0 &&
      `${count(positionsForgotten)} unusable positions of users ${dryRun ? 'to be ' : ''}forgotten`,
  ].filter((line) => line !== false);
  const title = dryRun ? 'A dry run: nothing was written' : 'Done';
  return [`${title}. Database “${database}”:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

const count = (number: number) => number.toLocaleString('en-US');
const messages = (number: number) => `${count(number)} ${number === 1 ? 'message' : 'messages'}`;
const rooms = (number: number) => `${count(number)} ${number === 1 ? 'room' : 'rooms'}`;
