interface ErrorEntry {
  /** tRPC's name for this kind of error. */
  trpc:
    | 'BAD_REQUEST'
    | 'TIMEOUT'
    | 'UNAUTHORIZED'
    | 'FORBIDDEN'
    | 'NOT_FOUND'
    | 'METHOD_NOT_SUPPORTED'
    | 'CONFLICT'
    | 'PAYLOAD_TOO_LARGE'
    | 'TOO_MANY_REQUESTS'
    | 'SERVICE_UNAVAILABLE'
    | 'INTERNAL_SERVER_ERROR';
  http: number;
  /** WebSocket close code, if this error closes the connection. */
  close?: number;
  /**
   * What a client should do. `no`: the same call will fail again. `later`: the same call may succeed after a while.
   * `reconnect`: open a new connection (with a fresh token if the token was the cause) and resume.
   */
  retry: 'no' | 'later' | 'reconnect';
  /** The text for the user, unless the error has a more specific one. */
  message: string;
}

/** All errors that the server sends to clients. errorWhen.ts documents when each occurs. */
export const errorCodes = {
  INVALID_INPUT: {
    trpc: 'BAD_REQUEST',
    http: 400,
    retry: 'no',
    message: 'The input is not valid.',
  },
  MESSAGE_TOO_LONG: {
    trpc: 'BAD_REQUEST',
    http: 400,
    retry: 'no',
    message: 'The message is too long.',
  },
  TOO_MANY_CALLS: {
    trpc: 'BAD_REQUEST',
    http: 400,
    retry: 'no',
    message: 'Too many calls in one batch.',
  },
  FRAME_TOO_LARGE: {
    trpc: 'PAYLOAD_TOO_LARGE',
    http: 413,
    close: 1009,
    retry: 'no',
    message: 'The request is too large.',
  },
  COMPRESSION_RATIO_EXCEEDED: {
    trpc: 'PAYLOAD_TOO_LARGE',
    http: 413,
    close: 4413,
    retry: 'reconnect',
    message: 'The compressed messages contain too much data.',
  },
  HEADERS_TOO_LARGE: {
    trpc: 'PAYLOAD_TOO_LARGE',
    http: 431,
    retry: 'no',
    message: 'The URL and headers of the request are too long. Put fewer calls in a batch.',
  },
  REQUEST_TIMEOUT: {
    trpc: 'TIMEOUT',
    http: 408,
    retry: 'later',
    message: 'The request took too long to arrive.',
  },
  UNAUTHENTICATED: {
    trpc: 'UNAUTHORIZED',
    http: 401,
    close: 4401,
    retry: 'no',
    message: 'Not authenticated. Send a name or a token first.',
  },
  TOKEN_INVALID: {
    trpc: 'UNAUTHORIZED',
    http: 401,
    close: 4401,
    retry: 'no',
    message: 'The token is not valid.',
  },
  TOKEN_EXPIRED: {
    trpc: 'UNAUTHORIZED',
    http: 401,
    close: 4410,
    retry: 'reconnect',
    message: 'The token has expired. Connect again with a new one.',
  },
  TOKEN_NOT_YET_VALID: {
    trpc: 'UNAUTHORIZED',
    http: 401,
    close: 4411,
    retry: 'later',
    message: 'The token is not valid yet. Try again in a moment.',
  },
  KEYS_UNAVAILABLE: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    close: 1013,
    retry: 'later',
    message: 'Tokens can’t be checked right now. Try again in a moment.',
  },
  GUESTS_NOT_ALLOWED: {
    trpc: 'FORBIDDEN',
    http: 403,
    retry: 'no',
    message: 'This server does not accept guests.',
  },
  ORIGIN_REFUSED: {
    trpc: 'FORBIDDEN',
    http: 403,
    retry: 'no',
    message: 'Pages of this origin are not allowed to use this server.',
  },
  HOST_REFUSED: {
    trpc: 'FORBIDDEN',
    http: 403,
    retry: 'no',
    message: 'This server does not accept this host name.',
  },
  NOT_A_MEMBER: {
    trpc: 'FORBIDDEN',
    http: 403,
    retry: 'no',
    message: 'Join the room first.',
  },
  NOT_THE_AUTHOR: {
    trpc: 'FORBIDDEN',
    http: 403,
    retry: 'no',
    message: 'Only the author of a message can change it.',
  },
  ROOM_NOT_FOUND: {
    trpc: 'NOT_FOUND',
    http: 404,
    retry: 'no',
    message: 'There is no such room.',
  },
  MESSAGE_NOT_FOUND: {
    trpc: 'NOT_FOUND',
    http: 404,
    retry: 'no',
    message: 'There is no such message in this room.',
  },
  NO_SUCH_PROCEDURE: {
    trpc: 'NOT_FOUND',
    http: 404,
    retry: 'no',
    message: 'There is no such procedure.',
  },
  WRONG_CALL_TYPE: {
    trpc: 'METHOD_NOT_SUPPORTED',
    http: 405,
    retry: 'no',
    message: 'The procedure is of another type: a query is called by `query` or GET, a mutation by `mutate` or POST.',
  },
  MESSAGE_DELETED: {
    trpc: 'CONFLICT',
    http: 409,
    retry: 'no',
    message: 'The message has been deleted.',
  },
  TOO_MANY_EMOJI: {
    trpc: 'CONFLICT',
    http: 409,
    retry: 'no',
    message: 'The message has the maximum number of different emoji. Choose one of them.',
  },
  TOO_MANY_OWN_REACTIONS: {
    trpc: 'CONFLICT',
    http: 409,
    retry: 'no',
    message: 'You have the maximum number of reactions on this message. Remove one first.',
  },
  ROOM_FULL: {
    trpc: 'CONFLICT',
    http: 409,
    retry: 'later',
    message: 'The room is full.',
  },
  RATE_LIMITED: {
    trpc: 'TOO_MANY_REQUESTS',
    http: 429,
    retry: 'later',
    message: 'Too many requests. Wait a moment.',
  },
  TOO_MANY_WATCHES: {
    trpc: 'TOO_MANY_REQUESTS',
    http: 429,
    retry: 'no',
    message: 'Too many subscriptions on one connection.',
  },
  TOO_MANY_SOCKETS: {
    trpc: 'TOO_MANY_REQUESTS',
    http: 429,
    retry: 'later',
    message: 'Too many connections from your address.',
  },
  IDENTITY_OVERDUE: {
    trpc: 'UNAUTHORIZED',
    http: 401,
    close: 4412,
    retry: 'reconnect',
    message: 'The connection did not authenticate in time.',
  },
  SLOW_CONSUMER: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    close: 4408,
    retry: 'reconnect',
    message: 'The connection reads too slowly.',
  },
  STORE_UNAVAILABLE: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    retry: 'later',
    message: 'The message store is not available. Try again in a moment.',
  },
  BROKER_UNAVAILABLE: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    retry: 'later',
    message: 'Presence is not available. Try again in a moment.',
  },
  SERVER_STOPPING: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    close: 1012,
    retry: 'reconnect',
    message: 'The server is restarting.',
  },
  INTERNAL: {
    trpc: 'INTERNAL_SERVER_ERROR',
    http: 500,
    retry: 'no',
    message: 'Something went wrong on the server.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}

/** The table's entry with its optional fields. */
export const errorEntry = (code: ErrorCode): ErrorEntry => errorCodes[code];
