import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLogger, openStore } from '@earshot/server';
import { toUnitVector } from '@earshot/shared';
import { nameKey } from '@earshot/shared/lookalikes';
import { cellCentre, cellOf } from '../../../packages/server/src/cells.ts';
import { encodeReactions } from '../../../packages/server/src/store/sqlite/rows.ts';
import { type DataSet, type MessageRow, nameOf, nameOfId, person } from './dataSet.ts';

/** Pages cached while filling: indexes are written at random places. */
const cacheKilobytes = 3_000_000;

/**
 * Fills an empty database directly, in one transaction without a log. Indexes exist already, as on a server: built afterwards they would be
 * smaller.
 */
export async function fillSqlite(dataDir: string, data: DataSet): Promise<void> {
  await (await openStore({ kind: 'sqlite', dataDir }, createLogger('silent'))).close();
  // A defensive connection refuses to work without a log.
  using file = new DatabaseSync(join(dataDir, 'earshot.db'), { defensive: false });
  file.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -${cacheKilobytes}; BEGIN`);
  fillUsers(file, data);
  const room = roomWriter(file);
  const message = messageWriter(file);
  for (const row of data.rooms()) {
    room(row.id, cellOf(row), row.lastMessageAt, row.members);
    for (const one of data.messages(row)) message(row.id, one);
  }
  file.exec('COMMIT; PRAGMA journal_mode = WAL');
}

function fillUsers(file: DatabaseSync, { users }: DataSet): void {
  const insert = file.prepare('INSERT INTO users (id, username) VALUES (?, ?)');
  const setting = file.prepare(`INSERT INTO privacy VALUES (?, 1, 1, 1, '[]')`);
  const block = file.prepare('INSERT INTO blocks VALUES (?, ?, NULL, 1)');
  for (let n = 0; n < users; n += 1) {
    insert.run(person(n), nameOf(n));
    if (n % 10 !== 0) continue;
    setting.run(person(n));
    for (let other = 1; other <= 3; other += 1) block.run(person(n), person((n + 7 * other) % users));
  }
}

function roomWriter(file: DatabaseSync) {
  const cells = new Map<string, number>();
  const insertRoom = file.prepare(
    `INSERT INTO rooms (id, name, created_at, created_by, last_message_at, cell, active_at) VALUES (?, 'A room', 1, ?, ?, ?, ?)`,
  );
  const insertCell = file.prepare('INSERT INTO cells (id, cell, latitude, longitude) VALUES (?, ?, ?, ?)');
  const insertPoint = file.prepare('INSERT INTO cell_points VALUES (?, ?, ?, ?, ?, ?, ?)');
  const insertMember = file.prepare(
    'INSERT INTO members (room_id, user_id, username, joined_at, name_key, cell) VALUES (?, ?, ?, 1, ?, ?)',
  );
  return (id: string, cell: string, lastMessageAt: number, members: readonly string[]) => {
    insertRoom.run(id, members[0] ?? null, lastMessageAt, cell, Date.now());
    for (const userId of members) {
      const name = nameOfId(userId);
      insertMember.run(id, userId, name, nameKey(name), cell);
    }
    if (cells.has(cell)) return;
    const centre = cellCentre(cell);
    cells.set(cell, cells.size + 1);
    insertCell.run(cells.size, cell, centre.latitude, centre.longitude);
    insertPoint.run(cells.size, ...toUnitVector(centre).flatMap((axis) => [axis, axis]));
  };
}

function messageWriter(file: DatabaseSync) {
  const insert = file.prepare(
    `INSERT INTO messages (id, room_id, seq, updated_seq, user_id, username, content, timestamp, edited_at, deleted, reactions)
     VALUES (?, ?, ?, ?, ?, 'Ana', ?, ?, ?, ?, ?)`,
  );
  const insertReaction = file.prepare(`INSERT INTO reactions VALUES (?, ?, ?, '👍', ?)`);
  return (roomId: string, message: MessageRow) => {
    const { id, seq, updatedSeq, userId, content, timestamp, isEdited, isDeleted, reactors } = message;
    const summary = reactors.length === 0 ? [] : [{ emoji: '👍', count: reactors.length, userIds: [...reactors] }];
    const times = [timestamp, isEdited ? timestamp : null, Number(isDeleted)];
    insert.run(id, roomId, seq, updatedSeq, userId, content, ...times, encodeReactions(summary));
    for (const [position, reactor] of reactors.entries()) insertReaction.run(roomId, id, reactor, position);
  };
}
