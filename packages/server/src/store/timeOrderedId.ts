import { newRandomId } from '@earshot/shared/plain';

const timeDigits = 12;
const countDigits = 4;
const countMax = 16 ** countDigits - 1;

/**
 * Creates ids from the time, a counter and random digits: 24 hex digits. Ids of one store ascend in the order of their creation, also if
 * the clock is set back, and those of several stores ascend with their clocks.
 */
export class TimeOrderedIds {
  #time = 0;
  #count = 0;

  next(now: number): string {
    if (now > this.#time || this.#count === countMax) {
      this.#time = Math.max(now, this.#time + 1);
      this.#count = 0;
    } else this.#count += 1;
    return hex(this.#time, timeDigits) + hex(this.#count, countDigits) + newRandomId().slice(0, 8);
  }
}

/** The time when an id was created. */
export const timeOfId = (id: string): Date => new Date(Number.parseInt(id.slice(0, timeDigits), 16));

/** A text that is above the ids of all earlier times, and not above those of this time. */
export const firstIdAt = (at: Date): string => hex(Math.min(Math.max(at.getTime(), 0), timeMax), timeDigits);

/** A text that is above all ids. */
export const aboveAllIds = 'g';

const timeMax = 16 ** timeDigits - 1;

const hex = (value: number, digits: number) => Math.floor(value).toString(16).padStart(digits, '0');
