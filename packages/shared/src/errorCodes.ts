interface ErrorEntry {
  /** tRPC's name for this kind of error. */
  trpc:
    | 'BAD_REQUEST'
    | 'UNAUTHORIZED'
    | 'FORBIDDEN'
    | 'NOT_FOUND'
    | 'CONFLICT'
    | 'PAYLOAD_TOO_LARGE'
    | 'TOO_MANY_REQUESTS'
    | 'SERVICE_UNAVAILABLE'
    | 'INTERNAL_SERVER_ERROR';
  http: number;
  /** WebSocket close code, where this error ends the connection. */
  close?: number;
  /**
   * What a client should do. `no`: the same call will fail again. `later`: the same call may succeed after a while.
   * `reconnect`: open a new connection (with a fresh token where the token was the cause) and resume.
   */
  retry: 'no' | 'later' | 'reconnect';
  /** What a person reads when there is nothing more exact to say. */
  message: string;
  /** When it happens, for the documentation. */
  when: string;
}

/** Every error that leaves the server, in one table: docs/errors.md is made from it. */
export const errorCodes = {
  INVALID_INPUT: {
    trpc: 'BAD_REQUEST',
    http: 400,
    retry: 'no',
    message: 'The input is not valid.',
    when: 'A field is missing, of the wrong type or out of range; `issues` names each.',
  },
  MESSAGE_TOO_LONG: {
    trpc: 'BAD_REQUEST',
    http: 400,
    retry: 'no',
    message: 'The message is too long.',
    when: 'A message has more characters than `MESSAGE_MAX_CHARS` after trimming.',
  },
  TOO_MANY_CALLS: {
    trpc: 'BAD_REQUEST',
    http: 400,
    retry: 'no',
    message: 'Too many calls in one batch.',
    when: 'An HTTP batch or a WebSocket frame holds more calls than allowed; none of them ran.',
  },
  FRAME_TOO_LARGE: {
    trpc: 'PAYLOAD_TOO_LARGE',
    http: 413,
    close: 1009,
    retry: 'no',
    message: 'The request is too large.',
    when: 'A WebSocket frame or HTTP body exceeds the frame limit (64 KiB, or more where messages may be longer).',
  },
  UNAUTHENTICATED: {
    trpc: 'UNAUTHORIZED',
    http: 401,
    close: 4401,
    retry: 'no',
    message: 'Say who you are first.',
    when: 'The call needs an identity and the connection has none.',
  },
  TOKEN_INVALID: {
    trpc: 'UNAUTHORIZED',
    http: 401,
    close: 4401,
    retry: 'no',
    message: 'The token is not valid.',
    when: 'The token is malformed, wrongly signed, unsigned, not for this server, or names no user; or `auth.guest` is shown one that is no guest’s.',
  },
  TOKEN_EXPIRED: {
    trpc: 'UNAUTHORIZED',
    http: 401,
    close: 4410,
    retry: 'reconnect',
    message: 'The token has expired. Connect again with a new one.',
    when: 'The token was past its time on arrival, or ran out on a live connection, which is then closed; or `auth.guest` is shown one that ended more than 30 days ago.',
  },
  KEYS_UNAVAILABLE: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    close: 1013,
    retry: 'later',
    message: 'Tokens can’t be checked right now. Try again in a moment.',
    when: 'The keys to check tokens with can’t be fetched from `JWKS_URL`.',
  },
  GUESTS_NOT_ALLOWED: {
    trpc: 'FORBIDDEN',
    http: 403,
    retry: 'no',
    message: 'This server does not take guests.',
    when: '`auth.guest` is called where `ALLOW_GUESTS` is off.',
  },
  ORIGIN_REFUSED: {
    trpc: 'FORBIDDEN',
    http: 403,
    retry: 'no',
    message: 'Pages of this origin may not use this server.',
    when: '`ALLOWED_ORIGINS` is set and the page asking is not on it.',
  },
  NOT_A_MEMBER: {
    trpc: 'FORBIDDEN',
    http: 403,
    retry: 'no',
    message: 'Join the room first.',
    when: 'Somebody who has not joined the room sends, watches, reads or lists.',
  },
  NOT_THE_AUTHOR: {
    trpc: 'FORBIDDEN',
    http: 403,
    retry: 'no',
    message: 'Only its author may change a message.',
    when: "Somebody edits or deletes another's message.",
  },
  ROOM_NOT_FOUND: {
    trpc: 'NOT_FOUND',
    http: 404,
    retry: 'no',
    message: 'There is no such room.',
    when: 'The room id is unknown.',
  },
  MESSAGE_NOT_FOUND: {
    trpc: 'NOT_FOUND',
    http: 404,
    retry: 'no',
    message: 'There is no such message in this room.',
    when: 'The message id is unknown in this room.',
  },
  NO_SUCH_PROCEDURE: {
    trpc: 'NOT_FOUND',
    http: 404,
    retry: 'no',
    message: 'There is no such procedure.',
    when: 'A call names a procedure or path that does not exist.',
  },
  MESSAGE_DELETED: {
    trpc: 'CONFLICT',
    http: 409,
    retry: 'no',
    message: 'The message has been deleted.',
    when: 'A deleted message is edited or reacted to.',
  },
  TOO_MANY_REACTIONS: {
    trpc: 'CONFLICT',
    http: 409,
    retry: 'no',
    message: 'The message has as many reactions as it can hold.',
    when: 'A reaction would exceed 500 on one message.',
  },
  ROOM_FULL: {
    trpc: 'CONFLICT',
    http: 409,
    retry: 'later',
    message: 'The room is full.',
    when: 'As many people as `ROOM_CAPACITY` are present in the room.',
  },
  RATE_LIMITED: {
    trpc: 'TOO_MANY_REQUESTS',
    http: 429,
    retry: 'later',
    message: 'Too fast. Wait a moment.',
    when: 'A user sends, edits or reacts faster than `SEND_RATE` after using up `SEND_BURST`, makes more than 20 rooms at once, or an address asks for more than 100 guests at once; `retryAfterMs` says how long to wait.',
  },
  TOO_MANY_WATCHES: {
    trpc: 'TOO_MANY_REQUESTS',
    http: 429,
    retry: 'no',
    message: 'Too many subscriptions on one connection.',
    when: 'A connection watches more than `WATCHES_PER_SOCKET` rooms at once.',
  },
  TOO_MANY_SOCKETS: {
    trpc: 'TOO_MANY_REQUESTS',
    http: 429,
    retry: 'later',
    message: 'Too many connections from your address.',
    when: 'One address opens more than `SOCKETS_PER_ADDRESS` WebSockets and event streams; the upgrade, or the stream, is refused.',
  },
  SLOW_CONSUMER: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    close: 4408,
    retry: 'reconnect',
    message: 'The connection reads too slowly.',
    when: 'A connection leaves too many bytes unread for too long; clients resume from their last event.',
  },
  STORE_UNAVAILABLE: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    retry: 'later',
    message: 'The message store does not answer. Try again in a moment.',
    when: 'The database is down or changes its primary. A send may be repeated with the same `clientMessageId`.',
  },
  BROKER_UNAVAILABLE: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    retry: 'later',
    message: 'Presence does not answer. Try again in a moment.',
    when: 'Redis is down while a call needs presence.',
  },
  SERVER_STOPPING: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    close: 1012,
    retry: 'reconnect',
    message: 'The server is restarting.',
    when: 'The server shuts down; the close reason says within how many milliseconds to come back, at a random moment.',
  },
  INTERNAL: {
    trpc: 'INTERNAL_SERVER_ERROR',
    http: 500,
    retry: 'no',
    message: 'Something went wrong on the server.',
    when: 'A fault of the server. It is logged there; nothing of it is told.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}

/** The table's entry with its optional fields. */
export const errorEntry = (code: ErrorCode): ErrorEntry => errorCodes[code];
