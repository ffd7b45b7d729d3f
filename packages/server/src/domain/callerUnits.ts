import type { Connection } from './connection.ts';

/** Counts units of users and of addresses. */
export class CallerUnits {
  readonly #users = new Map<string, number>();
  readonly #addresses = new Map<string, number>();

  /** Adds units to both the user and the address; a negative number takes them away. */
  add({ userId, address }: Pick<Connection, 'userId' | 'address'>, units: number): void {
    if (userId !== null) addTo(this.#users, userId, units);
    addTo(this.#addresses, address, units);
  }

  ofUser(userId: string): number {
    return this.#users.get(userId) ?? 0;
  }

  ofAddress(address: string): number {
    return this.#addresses.get(address) ?? 0;
  }

  /** Whether the user or the address has units. */
  has({ userId, address }: Pick<Connection, 'userId' | 'address'>): boolean {
    return this.#addresses.has(address) || (userId !== null && this.#users.has(userId));
  }
}

function addTo(counts: Map<string, number>, key: string, units: number): void {
  const count = (counts.get(key) ?? 0) + units;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
