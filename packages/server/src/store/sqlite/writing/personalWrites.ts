import type { DatabaseSync } from 'node:sqlite';
import { erasedPerStep } from '../../erasedPerStep.ts';
import { erasedUsername } from '../../personalData.ts';
import { text } from '../rows.ts';
import type { Writes } from './writeCalls.ts';

type PersonalWrites = Pick<
  Writes,
  'eraseMessages' | 'eraseReactions' | 'eraseMemberships' | 'eraseRooms' | 'eraseProfile'
>;

/** Deletes or pseudonymizes the data about one user: see `PersonalStores`. */
export function personalWrites(raw: DatabaseSync): PersonalWrites {
  const records = raw.prepare(
    'SELECT id FROM messages WHERE user_id = ? AND description IS NOT NULL ORDER BY id LIMIT ?',
  );
  const changeAuthor = raw.prepare('UPDATE messages SET user_id = ?, username = ? WHERE id = ?');
  const firstReactions = raw.prepare(
    'SELECT room_id, message_id, emoji FROM reactions WHERE user_id = ? ORDER BY message_id, emoji LIMIT ?',
  );
  const shownMessage = raw.prepare('SELECT 1 FROM messages WHERE id = ? AND deleted = 0');
  const dropReaction = raw.prepare(
    'DELETE FROM reactions WHERE room_id = ? AND message_id = ? AND user_id = ? AND emoji = ?',
  );
  const memberships = raw.prepare('SELECT room_id FROM members WHERE user_id = ? LIMIT ?');
  const dropMember = raw.prepare('DELETE FROM members WHERE room_id = ? AND user_id = ?');
  const made = raw.prepare('SELECT id FROM rooms WHERE created_by = ? LIMIT ?');
  const clearOwner = raw.prepare('UPDATE rooms SET created_by = NULL WHERE id = ?');
  const dropProfile = raw.prepare('DELETE FROM users WHERE id = ?');

  return {
    eraseMessages: ({ userId, pseudonym }) => {
      const found = records.all(userId, erasedPerStep);
      for (const { id } of found) changeAuthor.run(pseudonym, erasedUsername, text(id));
      return found.length === erasedPerStep;
    },

    eraseReactions: ({ userId }) => {
      const first = firstReactions.all(userId, erasedPerStep);
      const found = first.filter(({ message_id }) => !shownMessage.get(text(message_id)));
      for (const { room_id, message_id, emoji } of found) {
        dropReaction.run(text(room_id), text(message_id), userId, text(emoji));
      }
      return found.length > 0;
    },

    eraseMemberships: ({ userId }) => {
      const found = memberships.all(userId, erasedPerStep);
      for (const { room_id } of found) dropMember.run(text(room_id), userId);
      return found.length === erasedPerStep;
    },

    eraseRooms: ({ userId }) => {
      const found = made.all(userId, erasedPerStep);
      for (const { id } of found) clearOwner.run(text(id));
      return found.length === erasedPerStep;
    },

    eraseProfile: ({ userId }) => {
      dropProfile.run(userId);
      return false;
    },
  };
}
