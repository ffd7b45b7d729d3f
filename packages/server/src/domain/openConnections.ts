import type { Connection } from './connection.ts';

/**
 * The connections that stay open: sockets and event streams, of all wires. Bounded by the limits on those. Lookups pass over all of them,
 * because the user of a connection may change, and lookups are rare.
 */
export class OpenConnections {
  readonly #connections = new Set<Connection>();

  get size(): number {
    return this.#connections.size;
  }

  /** Must be followed by `delete` when the connection closes. */
  add(connection: Connection): void {
    this.#connections.add(connection);
  }

  delete(connection: Connection): void {
    this.#connections.delete(connection);
  }

  all(): Iterable<Connection> {
    return this.#connections;
  }
}
