import { longestMute, type OwnSanction } from '@earshot/shared';
import { describeSanction } from './text.ts';

interface MutesOptions {
  /** Resolves to the sanctions of the user that hold in the room now. */
  read: (roomId: string) => Promise<readonly OwnSanction[]>;
  print: (line: string) => void;
}

/**
 * Prints the mute of the user when it changes; of several, the one that ends last. A mute of a guest is one of the guest, one of the address
 * and one of the device. Each is announced, and when one of them ends, another may still hold.
 */
export class Mutes {
  readonly #options: MutesOptions;
  /** Null: the user is not muted, as far as was printed. */
  #printed: string | null = null;
  #readCount = 0;

  constructor(options: MutesOptions) {
    this.#options = options;
  }

  /** Must be called when a room is joined, and when a mute or its end is announced, or may have been missed. Never rejects. */
  async refresh(roomId: string): Promise<void> {
    this.#readCount += 1;
    const number = this.#readCount;
    try {
      const own = await this.#options.read(roomId);
      if (number === this.#readCount) this.#print(longestMute(own));
    } catch {
      // A message that is refused says so.
    }
  }

  #print(mute: OwnSanction | null): void {
    const line = mute && describeSanction(mute);
    if (line === this.#printed) return;
    this.#printed = line;
    this.#options.print(line ?? '* you are not muted any more');
  }
}
