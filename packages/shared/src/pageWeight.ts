import { limits } from './limits.ts';
import type { Message } from './message.ts';
import { missingItems } from './missingItems.ts';

/** Approximate characters of a message without its content, of each emoji in its reactions, and of each listed user without the id. */
const charsBesideContent = 600;
const charsOfReaction = 40;
const charsBesideUserId = 10;

/** The approximate characters of a message, as a measure of the cost of reading and sending it. */
export function messageWeight({ content, reactions }: Pick<Message, 'content' | 'reactions'>): number {
  let chars = content.length + charsBesideContent;
  for (const { userIds } of reactions) {
    chars += charsOfReaction;
    for (const userId of userIds) chars += userId.length + charsBesideUserId;
  }
  return chars;
}

/**
 * Fills a page of messages. It is full when it has `limit` messages, or when its messages have `limits.pageChars` characters
 * together. So a page always has at least one message if there is one.
 */
export class PageFill {
  readonly messages: Message[] = [];
  readonly #limit: number;
  #weight = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.messages.length >= this.#limit || this.#weight >= limits.pageChars;
  }

  /** How many more messages fill the page if they are like those on it; 0 if it is full. */
  get missing(): number {
    return missingItems({ limit: this.#limit, count: this.messages.length, chars: this.#weight });
  }

  /** Must not be called when the page is full. */
  add(message: Message): void {
    this.messages.push(message);
    this.#weight += messageWeight(message);
  }
}

/** Whether a page is full, so that there may be more messages. */
export function isFullPage(messages: readonly Message[], limit: number): boolean {
  const page = new PageFill(limit);
  for (const message of messages) page.add(message);
  return page.isFull;
}
