import type { Visibility } from '@earshot/shared';
import { type Row, text } from './rows.ts';

/** Where a user is listed by name, from the columns `is_visible` and `except_rooms`. */
export function toVisibility(row: Row): Visibility {
  const exceptRooms: string[] = JSON.parse(text(row.except_rooms));
  return { isVisible: row.is_visible === 1, exceptRooms };
}
