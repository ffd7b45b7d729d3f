import type { ControlTopic } from '../feed/controlTopic.ts';
import type { Hub } from '../feed/hub.ts';
import type { Logger } from '../observe/logger.ts';
import type { Places } from '../places/places.ts';
import type { Presence } from '../presence/presence.ts';
import type { Store } from '../store/store.ts';
import type { Announcer } from './announcer.ts';
import type { Budget } from './budget.ts';
import type { CallerLimit } from './callerLimit.ts';
import type { GuestChallenges } from './guestChallenges.ts';
import type { LimitSharing } from './limitSharing.ts';
import type { LocalPresence } from './localPresence.ts';
import type { NearbyLists } from './nearbyLists.ts';
import type { NearbyRooms } from './nearbyRooms.ts';
import type { OpenConnections } from './openConnections.ts';
import type { Eraser } from './ownData/eraser.ts';
import type { NamingLimit } from './privacy/namingLimit.ts';
import type { PrivacyCache } from './privacy/privacyCache.ts';
import type { RateLimiter } from './rateLimit.ts';
import type { Retention } from './retention/retention.ts';
import type { Sweeper } from './retention/sweeper.ts';
import type { TokenRoles } from './rights/tokenRoles.ts';
import type { RoomStarts } from './roomStarts.ts';
import type { GuestSanctions } from './rules/guestSanctions.ts';
import type { RuleMirror } from './rules/ruleMirror.ts';
import type { SlowMode } from './rules/slowMode.ts';
import type { MessageHooks } from './screening/messageHooks.ts';
import type { RepeatedMessages } from './screening/repeatedMessages.ts';
import type { WordFilter } from './screening/wordFilter.ts';
import type { TravelGuard } from './travelGuard.ts';

/** The dependencies of the domain's functions. `createServices.ts` creates them once. */
export interface Services {
  /** The database, with the caches of the rooms that are watched on this instance: see `CachedStore` in the feed. */
  readonly store: Store;
  readonly presence: Presence;
  readonly hub: Hub;
  /** Hints between instances, beside the events of rooms. */
  readonly control: ControlTopic;
  /** Sanctions, granted rights and sign-outs, with synchronous lookups. */
  readonly rules: RuleMirror;
  /** Extends sanctions of guests to their addresses and devices. */
  readonly guestSanctions: GuestSanctions;
  /** The roles that tokens give to users, known on all instances. */
  readonly tokenRoles: TokenRoles;
  readonly openConnections: OpenConnections;
  readonly slowMode: SlowMode;
  readonly announcer: Announcer;
  readonly localPresence: LocalPresence;
  /** Limits all calls. */
  readonly budget: Budget;
  /** Limits sends; changes to messages count as sends. */
  readonly sendLimit: CallerLimit;
  /** Limits typing notices and location updates. */
  readonly signalLimit: CallerLimit;
  /** Limits new rooms. */
  readonly roomLimit: CallerLimit;
  /** Limits new guests of an address. */
  readonly guestLimit: RateLimiter;
  readonly guestChallenges: GuestChallenges;
  /** Limits reports to moderators. */
  readonly reportLimit: CallerLimit;
  /** Makes these limits hold over all instances; null on a single one. */
  readonly limitSharing: LimitSharing | null;
  /** Limits the rooms that a user can write in, by the user's location. */
  readonly travelGuard: TravelGuard;
  /** Blocked words in texts and names. */
  readonly wordFilter: WordFilter;
  /** Refuses one text in many rooms. */
  readonly repeatedMessages: RepeatedMessages;
  /** Ask the operator's own program about messages. */
  readonly messageHooks: MessageHooks;
  readonly privacy: PrivacyCache;
  /** Limits the rooms in which a caller is shown who is present. */
  readonly namingLimit: NamingLimit;
  readonly nearby: NearbyRooms;
  readonly nearbyLists: NearbyLists;
  readonly places: Places;
  /** Reads rooms for the starts of watches. */
  readonly roomStarts: RoomStarts;
  readonly eraser: Eraser;
  /** For how long messages are kept. */
  readonly retention: Retention;
  readonly sweeper: Sweeper;
  readonly settings: DomainSettings;
  readonly log: Logger;
}

export interface DomainSettings {
  /** Maximum number of characters in a message after trimming. */
  readonly messageMaxChars: number;
  /** Maximum number of users present in one room; 0: unlimited. */
  readonly roomCapacity: number;
  /** Maximum number of concurrent watches of one connection; 0: unlimited. */
  readonly watchesPerConnection: number;
  /** Whether clients prove who they are. Otherwise a client is the user that it names. */
  readonly checksIdentities: boolean;
}
