import type { Hub } from '../feed/hub.ts';
import type { Logger } from '../observe/logger.ts';
import type { Presence } from '../presence/presence.ts';
import type { Store } from '../store/store.ts';
import type { Announcer } from './announcer.ts';
import type { Attendance } from './attendance.ts';
import type { Budget } from './budget.ts';
import type { CallerLimit } from './callerLimit.ts';
import type { NearbyRooms } from './nearbyRooms.ts';

/** What the domain's functions work with. Made once, by the composition root. */
export interface Services {
  readonly store: Store;
  readonly presence: Presence;
  readonly hub: Hub;
  readonly announcer: Announcer;
  readonly attendance: Attendance;
  /** All calls. */
  readonly budget: Budget;
  /** Sends; changes to messages count as sends. */
  readonly sendLimit: CallerLimit;
  /** Typing notices and positions. */
  readonly signalLimit: CallerLimit;
  /** New rooms. */
  readonly roomLimit: CallerLimit;
  readonly nearby: NearbyRooms;
  readonly settings: DomainSettings;
  readonly log: Logger;
}

export interface DomainSettings {
  /** Characters in a message after trimming. */
  readonly messageMaxChars: number;
  /** People present in one room; 0: unbounded. */
  readonly roomCapacity: number;
  /** Rooms one connection may watch at once; 0: unbounded. */
  readonly watchesPerConnection: number;
}
