import { limits } from '@earshot/shared';
import { z } from 'zod';
import type { AuthConfig } from './config.ts';
import { mongoUriProblem, trustedUrlProblem } from './connectionStrings.ts';
import {
  checked,
  flag,
  hostNames,
  number,
  oneOf,
  origins,
  redisUrls,
  secret,
  tileUrl,
  trustProxy,
  userNames,
  webhookSecret,
  workers,
} from './settingSchemas.ts';

export const defaultDatabase = 'earshot';

/** All settings of an operator, as environment variables. */
export const environment = z.object({
  PORT: number({ min: 0, max: 65_535 }).default(3001),
  HOST: z.string().optional(),
  MONGODB_URI: checked(mongoUriProblem).optional(),
  MONGODB_DB: z
    .string()
    .regex(/^[^/\\. "$*<>:|?]{1,63}$/, 'must be a database name of at most 63 characters, without /\\. "$*<>:|?')
    .default(defaultDatabase),
  REDIS_URL: redisUrls.optional(),
  REDIS_URI: redisUrls.optional(),
  REDIS_CLUSTER: flag.default(false),
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,63}$/, 'must have 1 to 63 letters, digits, dots, hyphens and underscores')
    .optional(),
  DATA_DIR: z.string().default('./data'),
  AUTH_MODE: oneOf('open', 'jwt', 'service').optional(),
  AUTH_SERVICE_URL: checked(trustedUrlProblem).optional(),
  JWT_SECRET: secret.optional(),
  JWT_SECRET_PREVIOUS: secret.optional(),
  JWKS_URL: checked(trustedUrlProblem).optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  ALLOW_GUESTS: flag.optional(),
  GUEST_CHALLENGE: number({ min: 0, max: 28 }).default(0),
  ALLOW_OPEN_AUTH: flag.default(false),
  RESERVED_NAMES: userNames.default([]),
  ALLOWED_ORIGINS: origins.optional(),
  ALLOWED_HOSTS: hostNames.optional(),
  TRUST_PROXY: trustProxy.default(0),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent').default('info'),
  SEND_RATE: number({ min: 0, whole: false }).default(5),
  SEND_BURST: number({ min: 1 }).default(20),
  CALL_RATE: number({ min: 0, whole: false }).default(50),
  CALL_BURST: number({ min: 1 }).default(2_000),
  ROOM_CAPACITY: number({ min: 0 }).default(1_000),
  MESSAGE_TTL_DAYS: number({ min: 0, max: 36_500 }).default(0),
  ROOM_TTL_DAYS: number({ min: 0, max: 36_500 }).default(90),
  SOCKETS_PER_ADDRESS: number({ min: 0 }).default(256),
  USERS_PER_ADDRESS: number({ min: 0 }).default(20),
  WATCHES_PER_SOCKET: number({ min: 0 }).default(50),
  UNREAD_MAX_MIB: number({ min: 0 }).default(256),
  WS_COMPRESSION: flag.default(false),
  LEGACY_DATES: oneOf('iso', 'extended').default('iso'),
  LEGACY_ECHO: flag.default(true),
  WEB_PAGE: flag.default(true),
  MONITOR: flag.default(false),
  METRICS_PORT: number({ min: 0, max: 65_535 }).optional(),
  METRICS_HOST: z.string().default('127.0.0.1'),
  MAX_SPEED_KMH: number({ min: 0, max: 100_000 }).default(0),
  MAP_TILE_URL: tileUrl.optional(),
  MAP_ATTRIBUTION: z.string().optional(),
  MESSAGE_MAX_CHARS: number({ min: 1, max: 1_000_000 }).default(limits.messageChars),
  BLOCKED_WORDS: z.string().optional(),
  BLOCKED_WORDS_MODE: oneOf('refuse', 'mask').default('refuse'),
  MESSAGE_HOOK_URL: checked(trustedUrlProblem).optional(),
  MESSAGE_HOOK_SECRET: webhookSecret.optional(),
  MESSAGE_HOOK_TIMEOUT_MS: number({ min: 10, max: 1_000 }).default(500),
  MESSAGE_HOOK_FAILURE: oneOf('refuse', 'allow', 'hold').default('refuse'),
  REPEATED_MESSAGE_ROOMS: number({ min: 0, max: 1_000 }).default(3),
  WORKERS: workers.default(1),
  /** Internal: the primary numbers its workers with it. */
  EARSHOT_WORKER: number({ min: 1 }).optional(),
  NODE_ENV: z.string().optional(),
});
export type Environment = z.output<typeof environment>;

/** Tokens are verified if a key, or the URL of keys or of a service, is set, unless the operator chose otherwise. */
export function authMode(env: Environment): AuthConfig['mode'] {
  if (env.AUTH_MODE !== undefined) return env.AUTH_MODE;
  if (env.AUTH_SERVICE_URL !== undefined) return 'service';
  return env.JWT_SECRET !== undefined || env.JWKS_URL !== undefined ? 'jwt' : 'open';
}

/** Both names of the variable are accepted. */
export function redisUrl(env: Environment): string | undefined {
  return env.REDIS_URL ?? env.REDIS_URI;
}
