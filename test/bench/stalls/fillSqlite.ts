import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLogger, openStore } from '@earshot/server';
import { toUnitVector } from '@earshot/shared';
import { cellCentre, cellOf } from '../../../packages/server/src/cells.ts';
import { hardRooms, messages, rooms, type Size } from './data.ts';

/** Fills an empty database, past the server, in one transaction. Gives the ids of the rooms. */
export async function fillSqlite(dataDir: string, size: Size): Promise<string[]> {
  await (await openStore({ kind: 'sqlite', dataDir }, createLogger('silent'))).close();
  using file = new DatabaseSync(join(dataDir, 'earshot.db'));
  file.exec('PRAGMA synchronous = OFF; BEGIN');
  const roomIds: string[] = [];
  const cells = new Map<string, number>();
  const insertRoom = file.prepare(
    `INSERT INTO rooms (id, name, latitude, longitude, created_at, last_message_at, cell) VALUES (?, 'A room', ?, ?, 1, 1, ?)`,
  );
  const insertCell = file.prepare('INSERT INTO cells (id, cell, latitude, longitude) VALUES (?, ?, ?, ?)');
  const insertPoint = file.prepare('INSERT INTO cell_points VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (const { id, latitude, longitude } of rooms(size)) {
    const cell = cellOf({ latitude, longitude });
    insertRoom.run(id, latitude, longitude, cell);
    roomIds.push(id);
    if (cells.has(cell)) continue;
    const centre = cellCentre(cell);
    cells.set(cell, cells.size + 1);
    insertCell.run(cells.size, cell, centre.latitude, centre.longitude);
    insertPoint.run(cells.size, ...toUnitVector(centre).flatMap((axis) => [axis, axis]));
  }
  const insertMember = file.prepare(
    `INSERT INTO members (room_id, user_id, username, joined_at) VALUES (?, ?, 'Ann', 1)`,
  );
  for (let n = 0; n < size.members; n += 1) insertMember.run(hardRooms.crowd, `user ${n}`);
  const insertMessage = file.prepare(
    `INSERT INTO messages (id, room_id, seq, updated_seq, user_id, username, content, timestamp, deleted, reactions)
     VALUES (?, ?, ?, ?, ?, 'Ann', ?, ?, 0, ?)`,
  );
  const others = roomIds.slice(Object.keys(hardRooms).length);
  for (const { id, roomId, seq, userId, content, timestamp, reactions } of messages(size, others)) {
    const pairs = JSON.stringify(reactions.map((one) => [one.userId, one.emoji]));
    insertMessage.run(id, roomId, seq, seq, userId, content, timestamp, pairs);
  }
  file.exec('COMMIT');
  return others;
}
