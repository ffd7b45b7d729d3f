import { limits } from '@earshot/shared';
import { z } from 'zod';

/** Everything an operator can set, by environment variables. This is the only file that reads them. */

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().min(0);
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const url = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)), {
    error: `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

const environment = z.object({
  PORT: port.default(3001),
  HOST: z.string().optional(),
  MONGODB_URI: url('mongodb', 'mongodb+srv').optional(),
  MONGODB_DB: z.string().min(1).max(63).default('earshot'),
  REDIS_URL: url('redis', 'rediss').optional(),
  REDIS_URI: url('redis', 'rediss').optional(),
  DATA_DIR: z.string().default('./data'),
  AUTH_MODE: z.enum(['open', 'jwt']).optional(),
  JWT_SECRET: z.string().min(32, 'must have at least 32 characters (256 bits, as HS256 asks for)').optional(),
  JWKS_URL: url('https', 'http').optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  ALLOW_GUESTS: flag.optional(),
  ALLOW_OPEN_AUTH: flag.default(false),
  ALLOWED_ORIGINS: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  SEND_RATE: z.coerce.number().min(0).default(5),
  SEND_BURST: z.coerce.number().int().min(1).default(20),
  ROOM_CAPACITY: count.default(1_000),
  SOCKETS_PER_ADDRESS: count.default(256),
  WATCHES_PER_SOCKET: count.default(50),
  LEGACY_DATES: z.enum(['iso', 'extended']).default('iso'),
  LEGACY_ECHO: flag.default(true),
  MESSAGE_MAX_CHARS: z.coerce.number().int().min(1).max(1_000_000).default(limits.messageChars),
  NODE_ENV: z.string().optional(),
});
type Environment = z.output<typeof environment>;

export interface Config {
  port: number;
  host: string;
  store: { kind: 'sqlite'; dataDir: string } | { kind: 'mongodb'; uri: string; database: string };
  broker: { kind: 'local' } | { kind: 'redis'; url: string };
  auth: AuthConfig;
  /** Origins of pages that may use the server; null: any. */
  allowedOrigins: string[] | null;
  logLevel: string;
  sendRate: number;
  sendBurst: number;
  roomCapacity: number;
  socketsPerAddress: number;
  watchesPerSocket: number;
  messageMaxChars: number;
  legacy: LegacyConfig;
  /** Whether `/monitor` is served: everywhere but in production. */
  monitorPage: boolean;
  /** Bytes in one WebSocket frame or HTTP body. */
  frameBytes: number;
}

/** What older clients may need differently. */
export interface LegacyConfig {
  /** How times are written: RFC 3339 text, or MongoDB's Extended JSON. */
  dates: 'iso' | 'extended';
  /** Whether senders get their own messages back. */
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

/** Lists everything that is wrong with the settings, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`The settings are not right:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads the settings. Throws a ConfigError that names every problem at once. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  // An empty variable counts as unset, as in a .env file with the value left out.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const settings = parsed.data;
  const problems = unsafeMixes(settings);
  if (problems.length > 0) throw new ConfigError(problems);
  return toConfig(settings);
}

function authMode(env: Environment): 'open' | 'jwt' {
  return env.AUTH_MODE ?? (env.JWT_SECRET !== undefined || env.JWKS_URL !== undefined ? 'jwt' : 'open');
}

function unsafeMixes(env: Environment): string[] {
  const problems: string[] = [];
  const mode = authMode(env);
  if (redisUrl(env) !== undefined && env.MONGODB_URI === undefined) {
    problems.push(
      'REDIS_URL without MONGODB_URI: several instances would share one machine’s file. Set MONGODB_URI too, or neither.',
    );
  }
  if (env.REDIS_URL !== undefined && env.REDIS_URI !== undefined && env.REDIS_URL !== env.REDIS_URI) {
    problems.push('REDIS_URL and REDIS_URI differ: set one of them.');
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
  if (mode === 'open' && env.NODE_ENV === 'production' && !env.ALLOW_OPEN_AUTH) {
    problems.push(
      'AUTH_MODE=open with NODE_ENV=production: anybody could take any name. Set JWT_SECRET or JWKS_URL, or say ALLOW_OPEN_AUTH=true.',
    );
  }
  for (const origin of origins(env) ?? []) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      problems.push(`ALLOWED_ORIGINS: “${origin}” is not an origin; write it like https://chat.example.com`);
    }
  }
  return problems;
}

function toConfig(env: Environment): Config {
  const redis = redisUrl(env);
  const auth = authConfig(env);
  return {
    port: env.PORT,
    // Whoever may take any name must at least sit at this machine, unless the operator says otherwise.
    host: env.HOST ?? (auth.mode === 'open' ? '127.0.0.1' : '0.0.0.0'),
    store:
      env.MONGODB_URI === undefined
        ? { kind: 'sqlite', dataDir: env.DATA_DIR }
        : { kind: 'mongodb', uri: env.MONGODB_URI, database: env.MONGODB_DB },
    broker: redis === undefined ? { kind: 'local' } : { kind: 'redis', url: redis },
    auth,
    allowedOrigins: origins(env),
    logLevel: env.LOG_LEVEL,
    sendRate: env.SEND_RATE,
    sendBurst: env.SEND_BURST,
    roomCapacity: env.ROOM_CAPACITY,
    socketsPerAddress: env.SOCKETS_PER_ADDRESS,
    watchesPerSocket: env.WATCHES_PER_SOCKET,
    messageMaxChars: env.MESSAGE_MAX_CHARS,
    legacy: { dates: env.LEGACY_DATES, echo: env.LEGACY_ECHO },
    monitorPage: env.NODE_ENV !== 'production',
    frameBytes: Math.max(limits.frameBytes, 8 * env.MESSAGE_MAX_CHARS, watchesBytes(env)),
  };
}

/** Bytes that a client needs to resume all its subscriptions, which it does in one frame. */
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

function redisUrl(env: Environment): string | undefined {
  return env.REDIS_URL ?? env.REDIS_URI;
}

function origins(env: Environment): string[] | null {
  return env.ALLOWED_ORIGINS?.split(',').map((origin) => origin.trim()) ?? null;
}
