import { EarshotError } from '@earshot/shared';
import type { BlockedWords } from './blockedWords.ts';

/** Refuses or masks the blocked words in texts, which are in NFC. */
export class WordFilter {
  readonly #mode: 'refuse' | 'mask';
  #words: BlockedWords | null = null;

  constructor(mode: 'refuse' | 'mask') {
    this.#mode = mode;
  }

  /** Whether there are no blocked words. */
  get isOff(): boolean {
    return this.#words === null;
  }

  /** Replaces the list; null removes it. */
  use(words: BlockedWords | null): void {
    this.#words = words;
  }

  /** Returns the text as it may be shown. Throws `MESSAGE_REFUSED`, with that sentence for the user, if it may not be. */
  filter(text: string, refusal?: string): string {
    if (this.#words === null) return text;
    if (this.#mode === 'mask') return this.#words.mask(text);
    if (this.#words.isIn(text))
      throw new EarshotError('MESSAGE_REFUSED', refusal === undefined ? {} : { message: refusal });
    return text;
  }

  /** Throws `MESSAGE_REFUSED` if a room may not have the name. */
  requireRoomName(name: string): void {
    if (this.#words?.isIn(name)) throw new EarshotError('MESSAGE_REFUSED', { message: roomNameRefusal });
  }

  /** Throws `NAME_REFUSED` if a user may not have the name. */
  requireName(name: string): void {
    if (this.#words?.isIn(name)) throw new EarshotError('NAME_REFUSED');
  }

  /** The name with its blocked words masked. */
  maskName(name: string): string {
    return this.#words?.mask(name) ?? name;
  }
}

const roomNameRefusal = 'A room can’t have this name. Choose another one.';
