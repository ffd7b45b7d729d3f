import type { Config } from './config/config.ts';
import { Budget } from './domain/budget.ts';
import { CallerLimit, type CallerLimits } from './domain/callerLimit.ts';
import { LimitSharing } from './domain/limitSharing.ts';
import { NamingLimit } from './domain/privacy/namingLimit.ts';
import { RateLimiter, unlimited } from './domain/rateLimit.ts';
import type { Services } from './domain/services.ts';
import type { RateLimit } from './domain/tokenBucket.ts';
import type { SharedBuckets } from './limits/limits.ts';
import type { Metrics } from './observe/metrics.ts';

type Limits = Pick<
  Services,
  'budget' | 'sendLimit' | 'signalLimit' | 'roomLimit' | 'guestLimit' | 'reportLimit' | 'namingLimit' | 'limitSharing'
>;

/** Rooms that a user may create: a burst of 20, then one in ten seconds. */
const roomsOfUser = { rate: 0.1, burst: 20 };
/** Rooms that an address may create. Less than the address's share of other limits, because few users create rooms. */
const roomsOfAddress = { rate: 0.5, burst: 100 };
/** Guests that one address may create: a burst of 100, then one a second. A school behind one address gets in. */
const guestsOfAddress = { rate: 1, burst: 100 };
/** Reports that a user may make: a burst of 10, then one a minute. */
const reportsOfUser = { rate: 1 / 60, burst: 10 };
/** Reports that an address may make. */
const reportsOfAddress = { rate: 0.1, burst: 50 };

/** Rooms in which a user is shown who is present, within ten minutes. */
const namedRoomsOfUser = 10;
/** Such rooms of an address, for each of its users: users of one address are mostly in the same rooms. */
const namedRoomsPerUser = 1.5;

interface Parts {
  config: Config;
  metrics: Metrics;
  buckets: SharedBuckets;
}

/** Creates the limits of the domain. With several instances they share what callers used. */
export function createLimits({ config, metrics, buckets }: Parts): Limits {
  const sharing = buckets.kind === 'local' ? null : new LimitSharing(buckets);
  const options = (name: string) => ({
    ...{ name, sharing },
    onRefused: (by: 'user' | 'address') => metrics.countRefusal(name, by),
  });
  const { sendRate, usersPerAddress } = config;
  const bounded = (limit: RateLimit) => (sendRate === 0 ? unlimited : limit);
  const boundedAddress = (limit: RateLimit) => (usersPerAddress === 0 ? unlimited : bounded(limit));
  const calls = options('calls');
  return {
    budget: new Budget(budgetLimits(config), {
      ...calls,
      onRefused: (by) => {
        calls.onRefused(by);
        metrics.count('calls_over_budget');
      },
    }),
    sendLimit: new CallerLimit(sendLimits(config), options('sends')),
    signalLimit: new CallerLimit(sendLimits(config), options('signals')),
    roomLimit: new CallerLimit(
      { user: bounded(roomsOfUser), address: boundedAddress(roomsOfAddress) },
      options('rooms'),
    ),
    guestLimit: new RateLimiter(bounded(guestsOfAddress), {
      ...{ name: 'guests', sharing },
      onRefused: () => metrics.countRefusal('guests', 'address'),
    }),
    reportLimit: new CallerLimit(
      { user: bounded(reportsOfUser), address: boundedAddress(reportsOfAddress) },
      options('reports'),
    ),
    namingLimit: new NamingLimit({
      roomsOfUser: sendRate === 0 ? 0 : namedRoomsOfUser,
      roomsOfAddress: sendRate === 0 ? 0 : Math.ceil(namedRoomsPerUser * usersPerAddress),
      shared: buckets.recents,
      onRefused: (by) => metrics.countRefusal('people', by),
    }),
    limitSharing: sharing,
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
