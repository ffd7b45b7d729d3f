import type { Connection } from './connection.ts';
import { noRoles, type ServerRole } from './serverRoles.ts';

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

  /** The roles that the token of a user gives on the whole server; none for a user without an open connection. */
  rolesOf(userId: string): readonly ServerRole[] {
    for (const { userId: other, validRoles } of this.#connections) {
      if (other === userId && validRoles.length > 0) return validRoles;
    }
    return noRoles;
  }

  all(): Iterable<Connection> {
    return this.#connections;
  }
}
