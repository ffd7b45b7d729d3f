import { PageFill } from '@earshot/shared';
import { type PersonalStores, pageOfRecords } from '../../personalData.ts';
import type { ReadConnection } from '../readConnection.ts';
import { messageColumns, text, toMessage } from '../rows.ts';

/** Reads a user's messages, newest first. */
export function messagesOf(reader: ReadConnection): PersonalStores['messages']['exportOf'] {
  const select = `SELECT ${messageColumns} FROM messages WHERE user_id = ?`;
  const newest = reader.prepare(`${select} AND id < ? ORDER BY id DESC LIMIT ?`);

  return (userId, { after, limit }) =>
    reader.read(() => {
      const page = new PageFill(limit);
      let last: string | null = null;
      let left = limit;
      // Ids are hexadecimal, so `g` is greater than all of them. One row more than requested, to know whether there are more.
      for (const row of newest.iterate(userId, after ?? 'g', limit + 1)) {
        if (page.isFull || left === 0) return { records: page.messages, next: last };
        left -= 1;
        last = text(row.id);
        // The author of a title is no author of a message.
        if (row.description === null) page.add(toMessage(row));
      }
      return { records: page.messages, next: null };
    });
}

const separator = ' ';

/** Reads a user's reactions, by message and emoji. */
export function reactionsOf(reader: ReadConnection): PersonalStores['reactions']['exportOf'] {
  const select = 'SELECT room_id, message_id, emoji FROM reactions WHERE user_id = ?';
  const following = reader.prepare(`${select} AND (message_id, emoji) > (?, ?) ORDER BY message_id, emoji LIMIT ?`);

  return (userId, { after, limit }) =>
    reader.read(() => {
      const [messageId = '', emoji = ''] = after?.split(separator) ?? [];
      const rows = following.all(userId, messageId, emoji, limit + 1);
      return pageOfRecords(rows, limit, {
        keyOf: (row) => `${text(row.message_id)}${separator}${text(row.emoji)}`,
        toRecord: (row) => ({ roomId: text(row.room_id), messageId: text(row.message_id), emoji: text(row.emoji) }),
      });
    });
}
