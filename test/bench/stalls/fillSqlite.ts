import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLogger, openStore } from '@earshot/server';
import { toUnitVector } from '@earshot/shared';
import { cellCentre, cellOf } from '../../../packages/server/src/cells.ts';
import { encodeReactions } from '../../../packages/server/src/store/sqlite/rows.ts';
import { type FillData, hardRooms, messages, type RoomRow, rooms, type Size } from './data.ts';

/** Fills an empty database directly, in one transaction. Returns the ids of the rooms with messages, except the expensive ones. */
export async function fillSqlite(dataDir: string, size: Size, data: FillData = { rooms, messages }): Promise<string[]> {
  await (await openStore({ kind: 'sqlite', dataDir }, createLogger('silent'))).close();
  using file = new DatabaseSync(join(dataDir, 'earshot.db'));
  file.exec('PRAGMA synchronous = OFF; BEGIN');
  const roomIds = fillRooms(file, data.rooms(size));
  const now = Date.now();
  const somewhere = cellOf({ latitude: 52.5, longitude: 13.4 });
  const insertMember = file.prepare(
    `INSERT INTO members (room_id, user_id, username, joined_at) VALUES (?, ?, 'Ann', 1)`,
  );
  const insertUser = file.prepare(`INSERT INTO users (id, username, cell, location_at) VALUES (?, 'Ann', ?, ?)`);
  for (let n = 0; n < size.members; n += 1) {
    insertMember.run(hardRooms.crowd, `user ${n}`);
    insertUser.run(`user ${n}`, somewhere, now);
  }
  const insertMessage = file.prepare(
    `INSERT INTO messages (id, room_id, seq, updated_seq, user_id, username, content, timestamp, deleted, reactions)
     VALUES (?, ?, ?, ?, ?, 'Ann', ?, ?, 0, ?)`,
  );
  const insertReaction = file.prepare('INSERT INTO reactions VALUES (?, ?, ?, ?, ?)');
  for (const { id, roomId, seq, userId, content, timestamp, reactions, hasRows } of data.messages(size, roomIds)) {
    insertMessage.run(id, roomId, seq, seq, userId, content, timestamp, encodeReactions(reactions));
    for (const { emoji, userIds } of hasRows ? reactions : []) {
      for (const [position, reactor] of userIds.entries()) insertReaction.run(roomId, id, reactor, emoji, position);
    }
  }
  file.exec('COMMIT');
  return roomIds;
}

function fillRooms(file: DatabaseSync, rows: Iterable<RoomRow>): string[] {
  const roomIds: string[] = [];
  const cells = new Map<string, number>();
  const insertRoom = file.prepare(
    `INSERT INTO rooms (id, name, created_at, last_message_at, cell, idle_since) VALUES (?, 'A room', 1, ?, ?, ?)`,
  );
  const insertCell = file.prepare('INSERT INTO cells (id, cell, latitude, longitude) VALUES (?, ?, ?, ?)');
  const insertPoint = file.prepare('INSERT INTO cell_points VALUES (?, ?, ?, ?, ?, ?, ?)');
  const now = Date.now();
  const hard = new Set<string>(Object.values(hardRooms));
  for (const { id, latitude, longitude, isIdle } of rows) {
    const cell = cellOf({ latitude, longitude });
    insertRoom.run(id, isIdle ? null : 1, cell, isIdle ? now : null);
    if (!isIdle && !hard.has(id)) roomIds.push(id);
    if (cells.has(cell)) continue;
    const centre = cellCentre(cell);
    cells.set(cell, cells.size + 1);
    insertCell.run(cells.size, cell, centre.latitude, centre.longitude);
    insertPoint.run(cells.size, ...toUnitVector(centre).flatMap((axis) => [axis, axis]));
  }
  return roomIds;
}
