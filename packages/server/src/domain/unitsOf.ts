import { type Message, messageWeight } from '@earshot/shared';

/** Number of message characters that cost one unit to read and to send. */
export const charsPerUnit = 4_096;

/** A text with its reactions, if it has any. */
export type WeighedText = Pick<Message, 'content'> & Partial<Pick<Message, 'reactions'>>;

/** The cost of messages, in units. */
export function unitsOf(messages: readonly WeighedText[]): number {
  let chars = 0;
  for (const { content, reactions = [] } of messages) chars += messageWeight({ content, reactions });
  return chars / charsPerUnit;
}
