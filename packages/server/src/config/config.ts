import type { TrustProxy } from './settingSchemas.ts';

export type { TrustProxy };

/** The settings of a server. */
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
  /** Names that guests, and users in open mode, can't have, beside those of roles and of the service. */
  reservedNames: readonly string[];
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
  /** Milliseconds after which a room made at a location is removed if nobody used it; null: never. */
  roomTtlMs: number | null;
  /** Milliseconds after which messages expire; null: never. */
  messageTtlMs: number | null;
  /** Kilometres an hour at which a user can travel; 0: unbounded. */
  maxSpeedKmh: number;
  /** Leading zero bits of the proof of work that a new guest has to give; 0: none. */
  guestChallengeBits: number;
  socketsPerAddress: number;
  /** An address's limits, as a multiple of a user's; 0: addresses are not limited. */
  usersPerAddress: number;
  watchesPerSocket: number;
  /** Bytes that all clients together may leave unread; 0: unbounded. */
  unreadBytesMax: number;
  /** Whether WebSockets may use compression. */
  webSocketCompression: boolean;
  messageMaxChars: number;
  screening: ScreeningConfig;
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

/** What is checked in the texts of users. */
export interface ScreeningConfig {
  /** The file of the blocked words; null if there are none. */
  blockedWordsFile: string | null;
  /** `mask`: blocked words are replaced by dots. `refuse`: texts with one are refused. */
  blockedWordsMode: 'refuse' | 'mask';
  /** The service that decides about messages, and the key that requests to it are signed with; null if there is none. */
  messageHook: { url: string; secret: Uint8Array } | null;
  messageHookTimeoutMs: number;
  /** What happens with messages while a hook fails. */
  messageHookFailure: 'refuse' | 'allow' | 'hold';
  /** Rooms in which a user may send the same text within a minute; 0: any number. */
  repeatedMessageRooms: number;
}

/** Compatibility options for legacy clients. */
export interface LegacyConfig {
  /** The format of times: RFC 3339 text, or MongoDB's Extended JSON. */
  dates: 'iso' | 'extended';
  /** Whether senders receive their own messages. */
  echo: boolean;
}

/** The secret that tokens are signed with, and others that are valid too. */
export type Secrets = readonly [current: string, ...others: string[]];

export type AuthConfig =
  | { mode: 'open'; allowGuests: boolean }
  | {
      mode: 'jwt';
      allowGuests: boolean;
      key: { secrets: Secrets } | { jwksUrl: string };
      issuer: string | undefined;
      audience: string | undefined;
    }
  /** `guestSecrets`: the secrets of guest tokens; null if there are no guests. */
  | { mode: 'service'; allowGuests: boolean; url: string; guestSecrets: Secrets | null };
