import { isIPv6 } from 'node:net';
import { availableParallelism } from 'node:os';
import { limits } from '@earshot/shared';
import { z } from 'zod';
import { fetchedUrlProblem, mongoUriProblem, redisDatabase } from './connectionStrings.ts';
import {
  checked,
  flag,
  hostNames,
  number,
  oneOf,
  origins,
  parts,
  redisUrls,
  type TrustProxy,
  tileUrl,
  trustProxy,
  workers,
} from './settingSchemas.ts';

export type { TrustProxy };

/** All settings of an operator, as environment variables. Only this file reads them. */

const defaultDatabase = 'earshot';

const environment = z.object({
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
  AUTH_MODE: oneOf('open', 'jwt').optional(),
  JWT_SECRET: z.string().min(32, 'must have at least 32 characters (256 bits, as HS256 asks for)').optional(),
  JWKS_URL: checked(fetchedUrlProblem).optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  ALLOW_GUESTS: flag.optional(),
  ALLOW_OPEN_AUTH: flag.default(false),
  ALLOWED_ORIGINS: origins.optional(),
  ALLOWED_HOSTS: hostNames.optional(),
  TRUST_PROXY: trustProxy.default(0),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent').default('info'),
  SEND_RATE: number({ min: 0, whole: false }).default(5),
  SEND_BURST: number({ min: 1 }).default(20),
  CALL_RATE: number({ min: 0, whole: false }).default(50),
  CALL_BURST: number({ min: 1 }).default(2_000),
  ROOM_CAPACITY: number({ min: 0 }).default(1_000),
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
  MAP_TILE_URL: tileUrl.optional(),
  MAP_ATTRIBUTION: z.string().optional(),
  MESSAGE_MAX_CHARS: number({ min: 1, max: 1_000_000 }).default(limits.messageChars),
  WORKERS: workers.default(1),
  /** Internal: the primary numbers its workers with it. */
  EARSHOT_WORKER: number({ min: 1 }).optional(),
  NODE_ENV: z.string().optional(),
});
type Environment = z.output<typeof environment>;

export interface Config {
  /** Number of processes that share the port. */
  workers: number;
  /** The number of this worker process, from 1; null if it is not a worker. */
  worker: number | null;
  port: number;
  host: string;
  store: { kind: 'sqlite'; dataDir: string } | { kind: 'mongodb'; uri: string; database: string };
  broker:
    | { kind: 'local' }
    | { kind: 'redis'; url: string; namespace: string }
    | { kind: 'redis-cluster'; urls: string[]; namespace: string };
  auth: AuthConfig;
  /** Origins of pages that may use the server. `own`: pages of the server's own host name and of the user's machine. */
  allowedOrigins: 'any' | 'own' | string[];
  /** Host names of the server, beside loopback and the addresses of its interfaces. */
  allowedHosts: 'any' | string[];
  trustProxy: TrustProxy;
  logLevel: string;
  sendRate: number;
  sendBurst: number;
  /** Cost units that a user's calls may use each second, and at once. 0: unbounded. */
  callRate: number;
  callBurst: number;
  roomCapacity: number;
  socketsPerAddress: number;
  /** An address's limits, as a multiple of a user's; 0: addresses are not limited. */
  usersPerAddress: number;
  watchesPerSocket: number;
  /** Bytes that all clients together may leave unread; 0: unbounded. */
  unreadBytesMax: number;
  /** Whether WebSockets may use compression. */
  webSocketCompression: boolean;
  messageMaxChars: number;
  legacy: LegacyConfig;
  /** The page at `/`; null if there is none. */
  page: PageConfig | null;
  /** Whether `/monitor` is served. */
  monitorPage: boolean;
  /** The address of `/metrics`; null: the server's own port. */
  metricsAddress: { host: string; port: number } | null;
  /** Maximum bytes in one WebSocket frame or HTTP body. */
  frameBytes: number;
}

export interface PageConfig {
  /** The URL of the map tiles, with {z}, {x} and {y}; null: no street map. */
  tileUrl: string | null;
  /** The attribution that the page shows for the tiles. */
  tileAttribution: string | null;
}

/** Compatibility options for legacy clients. */
export interface LegacyConfig {
  /** The format of times: RFC 3339 text, or MongoDB's Extended JSON. */
  dates: 'iso' | 'extended';
  /** Whether senders receive their own messages. */
  echo: boolean;
}

export type AuthConfig =
  | { mode: 'open'; allowGuests: boolean }
  | {
      mode: 'jwt';
      allowGuests: boolean;
      key: { secret: string } | { jwksUrl: string };
      issuer: string | undefined;
      audience: string | undefined;
    };

/** Lists all problems of the settings, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`The settings are not right:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads the settings. Throws a ConfigError that lists all problems at once. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  // An empty variable counts as unset, like a .env line without a value.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ name: String(path[0]), message }));
  // Invalid settings are excluded from the check of combinations, and so are the problems that follow from them.
  const names = new Set(wrong.map(({ name }) => name));
  const settings = environment.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !names.has(name))));
  const mixes = unsafeMixes(settings).filter((problem) => ![...names].some((name) => problem.includes(name)));
  const problems = [...wrong.map(({ name, message }) => `${name}: ${message}`), ...mixes];
  if (problems.length > 0) throw new ConfigError(problems);
  return toConfig(settings);
}

/**
 * The base URL of a server on this machine with these settings, for example `http://127.0.0.1:3001`. Throws a ConfigError
 * if PORT is not a port, or 0, which means any free port.
 */
export function localServerUrl(env: Record<string, string | undefined> = process.env): string {
  const port = environment.shape.PORT.safeParse(env.PORT || undefined);
  if (!port.success) throw new ConfigError(port.error.issues.map(({ message }) => `PORT: ${message}`));
  if (port.data === 0) throw new ConfigError(['PORT: 0 takes any free port; give the URL that the server prints']);
  const host = env.HOST || '127.0.0.1';
  const listensEverywhere = host === '0.0.0.0' || host === '::';
  if (listensEverywhere) return `http://127.0.0.1:${port.data}`;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port.data}`;
}

function authMode(env: Environment): 'open' | 'jwt' {
  return env.AUTH_MODE ?? (env.JWT_SECRET !== undefined || env.JWKS_URL !== undefined ? 'jwt' : 'open');
}

function unsafeMixes(env: Environment): string[] {
  const problems = clusterMixes(env);
  const mode = authMode(env);
  if (redisUrl(env) !== undefined && env.MONGODB_URI === undefined) {
    problems.push(
      'REDIS_URL without MONGODB_URI: several instances would share one machine’s file. Set MONGODB_URI too, or neither.',
    );
  }
  if (env.WORKERS !== 1 && (env.MONGODB_URI === undefined || redisUrl(env) === undefined)) {
    problems.push(
      `WORKERS=${env.WORKERS} needs MONGODB_URI and REDIS_URL, which is all that processes share. Set both, or leave WORKERS out.`,
    );
  }
  if (env.REDIS_URL !== undefined && env.REDIS_URI !== undefined && env.REDIS_URL !== env.REDIS_URI) {
    problems.push('REDIS_URL and REDIS_URI differ: set one of them.');
  }
  if (env.METRICS_PORT === env.PORT && env.PORT !== 0) {
    problems.push('METRICS_PORT and PORT are the same: set another one, or leave METRICS_PORT out.');
  }
  if (mode === 'jwt' && env.JWT_SECRET === undefined && env.JWKS_URL === undefined) {
    problems.push('AUTH_MODE=jwt needs JWT_SECRET or JWKS_URL to check tokens with.');
  }
  if (env.JWT_SECRET !== undefined && env.JWKS_URL !== undefined) {
    problems.push('JWT_SECRET and JWKS_URL exclude each other: set one of them.');
  }
  if (mode === 'jwt' && env.ALLOW_GUESTS === true && env.JWT_SECRET === undefined) {
    problems.push('ALLOW_GUESTS needs JWT_SECRET to sign the guests’ tokens with.');
  }
  if (env.AUTH_MODE === 'open' && (env.JWT_SECRET ?? env.JWKS_URL) !== undefined) {
    problems.push('AUTH_MODE=open does not check tokens: leave it out, or JWT_SECRET and JWKS_URL.');
  }
  if (mode === 'open' && env.NODE_ENV === 'production' && !env.ALLOW_OPEN_AUTH) {
    problems.push(
      'AUTH_MODE=open with NODE_ENV=production: anybody could take any name. Set JWT_SECRET or JWKS_URL, or say ALLOW_OPEN_AUTH=true.',
    );
  }
  return problems;
}

function clusterMixes(env: Environment): string[] {
  const urls = parts(redisUrl(env) ?? '');
  if (!env.REDIS_CLUSTER) {
    return urls.length === 1 ? [] : ['REDIS_URL names several nodes: set REDIS_CLUSTER=true, or name one.'];
  }
  if (redisUrl(env) === undefined)
    return ['REDIS_CLUSTER=true needs REDIS_URL, with one or more nodes of the cluster.'];
  return urls.every((one) => Number(redisDatabase(one)) === 0)
    ? []
    : ['REDIS_CLUSTER=true: a cluster has database 0 alone. Take the number off REDIS_URL.'];
}

function toConfig(env: Environment): Config {
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
    allowedOrigins: allowedOrigins(env),
    allowedHosts: allowedHosts(env),
    trustProxy: env.TRUST_PROXY,
    logLevel: env.LOG_LEVEL,
    sendRate: env.SEND_RATE,
    sendBurst: env.SEND_BURST,
    callRate: env.CALL_RATE,
    callBurst: env.CALL_BURST,
    roomCapacity: env.ROOM_CAPACITY,
    socketsPerAddress: env.SOCKETS_PER_ADDRESS,
    usersPerAddress: env.USERS_PER_ADDRESS,
    watchesPerSocket: env.WATCHES_PER_SOCKET,
    unreadBytesMax: env.UNREAD_MAX_MIB * 1024 * 1024,
    webSocketCompression: env.WS_COMPRESSION,
    messageMaxChars: env.MESSAGE_MAX_CHARS,
    legacy: { dates: env.LEGACY_DATES, echo: env.LEGACY_ECHO },
    page: env.WEB_PAGE ? { tileUrl: env.MAP_TILE_URL ?? null, tileAttribution: env.MAP_ATTRIBUTION ?? null } : null,
    monitorPage: env.MONITOR,
    metricsAddress: env.METRICS_PORT === undefined ? null : { host: env.METRICS_HOST, port: env.METRICS_PORT },
    frameBytes: Math.max(limits.frameBytes, sendsBytes(env), watchesBytes(env)),
  };
}

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

function allowedHosts(env: Environment): Config['allowedHosts'] {
  const isChecked = env.ALLOWED_HOSTS !== undefined || (authMode(env) === 'open' && allowedOrigins(env) !== 'any');
  if (!isChecked || env.ALLOWED_HOSTS?.includes('*')) return 'any';
  const ofOrigins = (env.ALLOWED_ORIGINS ?? []).map((one) => (one === '*' ? '' : new URL(one).hostname));
  const names = [env.HOST?.toLowerCase() ?? '', ...(env.ALLOWED_HOSTS ?? []), ...ofOrigins];
  return names.filter((name) => name !== '');
}

/** Bytes that a client needs to resume all its subscriptions in one frame. */
function watchesBytes({ WATCHES_PER_SOCKET: watches }: Environment): number {
  return 256 * (watches === 0 ? 4_096 : watches);
}

function authConfig(env: Environment): AuthConfig {
  if (authMode(env) === 'open') return { mode: 'open', allowGuests: env.ALLOW_GUESTS ?? true };
  return {
    mode: 'jwt',
    allowGuests: env.ALLOW_GUESTS ?? false,
    key: env.JWT_SECRET === undefined ? { jwksUrl: env.JWKS_URL ?? '' } : { secret: env.JWT_SECRET },
    issuer: env.JWT_ISSUER,
    audience: env.JWT_AUDIENCE,
  };
}

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

function redisUrl(env: Environment): string | undefined {
  return env.REDIS_URL ?? env.REDIS_URI;
}
