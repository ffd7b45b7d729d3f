import type { DatabaseSync } from 'node:sqlite';
import { EarshotError, privacyLimits } from '@earshot/shared/plain';
import { nextVisibility } from '../../nextVisibility.ts';
import { defaultVisibility, erasedPerStep } from '../../privacy.ts';
import { toVisibility } from '../privacyRows.ts';
import type { Writes } from './writeCalls.ts';

type PrivacyWrites = Pick<Writes, 'block' | 'unblock' | 'changeVisibility' | 'erasePrivacy'>;

/** The write operations of privacy settings. */
export function privacyWrites(raw: DatabaseSync): PrivacyWrites {
  const noteChange = raw.prepare(
    `INSERT INTO privacy (user_id, version, changed_at, is_visible, except_rooms) VALUES (?, 1, ?, 1, '[]')
     ON CONFLICT DO UPDATE SET version = version + 1, changed_at = excluded.changed_at`,
  );
  const block = raw.prepare('SELECT 1 FROM blocks WHERE user_id = ? AND blocked_id = ?');
  const countBlocks = raw.prepare('SELECT count(*) AS count FROM blocks WHERE user_id = ?');
  const putBlock = raw.prepare('INSERT INTO blocks (user_id, blocked_id, username, blocked_at) VALUES (?, ?, ?, ?)');
  const dropBlock = raw.prepare('DELETE FROM blocks WHERE user_id = ? AND blocked_id = ?');
  const getVisibility = raw.prepare('SELECT is_visible, except_rooms FROM privacy WHERE user_id = ?');
  const putVisibility = raw.prepare('UPDATE privacy SET is_visible = ?, except_rooms = ? WHERE user_id = ?');
  const dropBlocks = raw.prepare('DELETE FROM blocks WHERE user_id = ?');
  const dropSettings = raw.prepare('DELETE FROM privacy WHERE user_id = ?');
  const blockers = raw.prepare('SELECT user_id FROM blocks WHERE blocked_id = ? LIMIT ?');

  return {
    block: ({ userId, blocked }, now) => {
      if (block.get(userId, blocked.userId)) return false;
      if (Number(countBlocks.get(userId)?.count) >= privacyLimits.blocks) throw new EarshotError('TOO_MANY_BLOCKS');
      putBlock.run(userId, blocked.userId, blocked.username, now);
      noteChange.run(userId, now);
      return true;
    },

    unblock: ({ userId, blockedId }, now) => {
      if (dropBlock.run(userId, blockedId).changes === 0) return false;
      noteChange.run(userId, now);
      return true;
    },

    changeVisibility: ({ userId, change }, now) => {
      const row = getVisibility.get(userId);
      const visibility = nextVisibility(row ? toVisibility(row) : defaultVisibility, change);
      noteChange.run(userId, now);
      putVisibility.run(Number(visibility.isVisible), JSON.stringify(visibility.exceptRooms), userId);
      return visibility;
    },

    erasePrivacy: ({ userId }, now) => {
      dropBlocks.run(userId);
      dropSettings.run(userId);
      const found = blockers.all(userId, erasedPerStep).map(({ user_id }) => String(user_id));
      for (const blocker of found) {
        dropBlock.run(blocker, userId);
        noteChange.run(blocker, now);
      }
      return found.length === erasedPerStep;
    },
  };
}
