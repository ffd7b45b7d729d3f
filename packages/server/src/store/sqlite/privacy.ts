import type { Visibility } from '@earshot/shared';
import { noSettings, type PrivacyStore } from '../privacy.ts';
import { toVisibility } from './privacyRows.ts';
import type { ReadConnection } from './readConnection.ts';
import { number, type Row, text } from './rows.ts';
import type { Writer } from './writer.ts';

/** The privacy settings of users. */
export function privacy(reader: ReadConnection, writer: Writer, clock: () => number): PrivacyStore {
  const settings = reader.prepare(
    'SELECT version, changed_at, is_visible, except_rooms FROM privacy WHERE user_id = ?',
  );
  const blocks = reader.prepare('SELECT blocked_id, username, blocked_at FROM blocks WHERE user_id = ?');
  const changes = reader.prepare(
    'SELECT user_id, version, changed_at FROM privacy WHERE changed_at >= ? ORDER BY changed_at LIMIT ?',
  );

  return {
    read: async (userId) => {
      // Most users have no settings, and then no blocks.
      if (!(await reader.read(() => settings.get(userId)))) return noSettings;
      return reader.readInTransaction(() => {
        const row = settings.get(userId);
        if (row === undefined) return noSettings;
        const rows = blocks.all(userId).sort((a, b) => number(b.blocked_at) - number(a.blocked_at));
        const blocked = rows.map(({ blocked_id, username }) => ({
          userId: text(blocked_id),
          username: username === null || username === undefined ? null : text(username),
        }));
        return { version: versionOf(row), changedAt: number(row.changed_at), blocked, visibility: toVisibility(row) };
      });
    },

    block: (userId, blocked) => writer.write('block', { userId, blocked }),

    unblock: (userId, blockedId) => writer.write('unblock', { userId, blockedId }),

    changeVisibility: (userId, change) => writer.write('changeVisibility', { userId, change }),

    visibilityOf: (userIds) =>
      reader.readInTransaction(() => {
        const found = new Map<string, Visibility>();
        for (const userId of userIds) {
          const row = settings.get(userId);
          if (row !== undefined && !isDefault(row)) found.set(userId, toVisibility(row));
        }
        return found;
      }),

    changedSince: (time, limit, latestMs) =>
      reader.read(() => {
        const since = latestMs === undefined ? time.getTime() : Math.min(time.getTime(), clock() - latestMs);
        return changes.all(since, limit).map((row) => ({
          userId: text(row.user_id),
          version: versionOf(row),
          changedAt: new Date(number(row.changed_at)),
        }));
      }),

    erase: (userId) => writer.write('erasePrivacy', { userId }),
  };
}

const versionOf = (row: Row) => `${number(row.changed_at)}.${number(row.version)}`;

const isDefault = (row: Row) => row.is_visible === 1 && row.except_rooms === '[]';
