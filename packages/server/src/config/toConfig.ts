import { availableParallelism } from 'node:os';
import { limits } from '@earshot/shared';
import type { AuthConfig, Config, Secrets } from './config.ts';
import { authMode, defaultDatabase, type Environment, redisUrl } from './environment.ts';
import { parts } from './settingSchemas.ts';

/** Converts valid settings, and fills in the defaults that depend on other settings. */
export function toConfig(env: Environment): Config {
  const auth = authConfig(env);
  return {
    workers: env.WORKERS === 'auto' ? availableParallelism() : env.WORKERS,
    worker: env.EARSHOT_WORKER ?? null,
    port: env.PORT,
    // In open mode anyone can take any name, so the default is loopback only.
    host: env.HOST ?? (auth.mode === 'open' ? '127.0.0.1' : '0.0.0.0'),
    store:
      env.MONGODB_URI === undefined
        ? { kind: 'sqlite', dataDir: env.DATA_DIR }
        : { kind: 'mongodb', uri: env.MONGODB_URI, database: env.MONGODB_DB },
    broker: brokerConfig(env),
    auth,
    reservedNames: env.RESERVED_NAMES,
    allowedOrigins: allowedOrigins(env),
    allowedHosts: allowedHosts(env),
    trustProxy: env.TRUST_PROXY,
    logLevel: env.LOG_LEVEL,
    sendRate: env.SEND_RATE,
    sendBurst: env.SEND_BURST,
    callRate: env.CALL_RATE,
    callBurst: env.CALL_BURST,
    roomCapacity: env.ROOM_CAPACITY,
    roomTtlMs: daysToMs(env.ROOM_TTL_DAYS),
    messageTtlMs: daysToMs(env.MESSAGE_TTL_DAYS),
    maxSpeedKmh: env.MAX_SPEED_KMH,
    guestChallengeBits: env.GUEST_CHALLENGE,
    socketsPerAddress: env.SOCKETS_PER_ADDRESS,
    usersPerAddress: env.USERS_PER_ADDRESS,
    watchesPerSocket: env.WATCHES_PER_SOCKET,
    unreadBytesMax: env.UNREAD_MAX_MIB * 1024 * 1024,
    webSocketCompression: env.WS_COMPRESSION,
    messageMaxChars: env.MESSAGE_MAX_CHARS,
    screening: screeningConfig(env),
    legacy: { dates: env.LEGACY_DATES, echo: env.LEGACY_ECHO },
    page: env.WEB_PAGE ? { tileUrl: env.MAP_TILE_URL ?? null, tileAttribution: env.MAP_ATTRIBUTION ?? null } : null,
    monitorPage: env.MONITOR,
    metricsAddress: env.METRICS_PORT === undefined ? null : { host: env.METRICS_HOST, port: env.METRICS_PORT },
    frameBytes: Math.max(limits.frameBytes, sendsBytes(env), watchesBytes(env)),
  };
}

/** Null for 0. */
const daysToMs = (days: number): number | null => (days === 0 ? null : days * 24 * 60 * 60 * 1_000);

/** Maximum bytes for the sends of one tick, unless a single send needs more: about the unsent bytes allowed on a socket. */
const sendsBytesMax = 1024 * 1024;

/** A client sends all calls of one tick in one frame or body. As many sends as a batch holds must fit, however long they are. */
function sendsBytes(env: Environment): number {
  const contentBytes = 8 * env.MESSAGE_MAX_CHARS;
  const callBytes = 512;
  return Math.max(contentBytes + callBytes, Math.min(limits.callsPerBatch * (contentBytes + callBytes), sendsBytesMax));
}

/** With tokens, any page is allowed, because no page has a token by itself: browsers send no cookie. */
function allowedOrigins(env: Environment): Config['allowedOrigins'] {
  if (env.ALLOWED_ORIGINS?.includes('*')) return 'any';
  return env.ALLOWED_ORIGINS ?? (authMode(env) === 'open' ? 'own' : 'any');
}

function screeningConfig(env: Environment): Config['screening'] {
  const { MESSAGE_HOOK_URL: url, MESSAGE_HOOK_SECRET: secret } = env;
  return {
    blockedWordsFile: env.BLOCKED_WORDS ?? null,
    blockedWordsMode: env.BLOCKED_WORDS_MODE,
    messageHook: url === undefined || secret === undefined ? null : { url, secret },
    messageHookTimeoutMs: env.MESSAGE_HOOK_TIMEOUT_MS,
    messageHookFailure: env.MESSAGE_HOOK_FAILURE,
    repeatedMessageRooms: env.REPEATED_MESSAGE_ROOMS,
  };
}

function allowedHosts(env: Environment): Config['allowedHosts'] {
  const isChecked = env.ALLOWED_HOSTS !== undefined || (authMode(env) === 'open' && allowedOrigins(env) !== 'any');
  if (!isChecked || env.ALLOWED_HOSTS?.includes('*')) return 'any';
  const ofOrigins = (env.ALLOWED_ORIGINS ?? []).map((one) => (one === '*' ? '' : new URL(one).hostname));
  const names = [env.HOST?.toLowerCase() ?? '', ...(env.ALLOWED_HOSTS ?? []), ...ofOrigins];
  return names.filter((name) => name !== '');
}

/** Bytes that a client needs to resume all its watches in one frame. */
function watchesBytes({ WATCHES_PER_SOCKET: watches }: Environment): number {
  return 256 * (watches === 0 ? 4_096 : watches);
}

function authConfig(env: Environment): AuthConfig {
  const mode = authMode(env);
  if (mode === 'open') return { mode, allowGuests: env.ALLOW_GUESTS ?? true };
  const allowGuests = env.ALLOW_GUESTS ?? false;
  if (mode === 'service') {
    const guestSecrets = allowGuests && env.JWT_SECRET !== undefined ? secrets(env.JWT_SECRET, env) : null;
    return { mode, allowGuests, url: env.AUTH_SERVICE_URL ?? '', guestSecrets };
  }
  return {
    mode,
    allowGuests,
    key: env.JWT_SECRET === undefined ? { jwksUrl: env.JWKS_URL ?? '' } : { secrets: secrets(env.JWT_SECRET, env) },
    issuer: env.JWT_ISSUER,
    audience: env.JWT_AUDIENCE,
  };
}

const secrets = (current: string, { JWT_SECRET_PREVIOUS: previous }: Environment): Secrets =>
  previous === undefined ? [current] : [current, previous];

function brokerConfig(env: Environment): Config['broker'] {
  const url = redisUrl(env);
  if (url === undefined) return { kind: 'local' };
  const namespace = redisNamespace(env);
  return env.REDIS_CLUSTER ? { kind: 'redis-cluster', urls: parts(url), namespace } : { kind: 'redis', url, namespace };
}

/** The prefix of this deployment's channels and keys. Pub/Sub ignores the database number. */
function redisNamespace({ REDIS_PREFIX: prefix, MONGODB_DB: database }: Environment): string {
  if (prefix !== undefined) return `${prefix}:`;
  return database === defaultDatabase ? '' : `${database}:`;
}
