import { limits } from './limits.ts';
import type { Message } from './message.ts';

/** Characters of a message beside its content, of each emoji among its reactions, and of each person named there beside the id: about. */
const charsBesideContent = 600;
const charsOfReaction = 40;
const charsBesideUserId = 10;

/** About how many characters a message takes: what reading and sending it costs. */
export function messageWeight({ content, reactions }: Pick<Message, 'content' | 'reactions'>): number {
  let chars = content.length + charsBesideContent;
  for (const { userIds } of reactions) {
    chars += charsOfReaction;
    for (const userId of userIds) chars += userId.length + charsBesideUserId;
  }
  return chars;
}

/**
 * Fills a page of messages: up to a number of them, or up to the one with which they have `limits.pageChars` characters
 * together. So a page is never empty where there is a message.
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

  /** To be asked only while the page is not full. */
  add(message: Message): void {
    this.messages.push(message);
    this.#weight += messageWeight(message);
  }
}

/** Whether a page ended because it was full: there may be more. */
export function isFullPage(messages: readonly Message[], limit: number): boolean {
  const page = new PageFill(limit);
  for (const message of messages) page.add(message);
  return page.isFull;
}
