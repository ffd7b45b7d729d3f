interface ErrorEntry {
  http: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 429 | 431 | 500 | 503;
  /** WebSocket close code, if this error closes the connection. */
  close?: number;
  /**
   * The recommended reaction of a client. `no`: the same call will fail again. `later`: the same call may succeed after a while.
   * `reconnect`: open a new connection (with a fresh token if the token was the cause) and resume.
   */
  retry: 'no' | 'later' | 'reconnect';
  /** The text for the user, unless the error has a more specific one. */
  message: string;
}

/** All errors that the server sends to clients. errorWhen.ts documents when each occurs. */
export const errorCodes = {
  INVALID_INPUT: {
    http: 400,
    retry: 'no',
    message: 'The input is not valid.',
  },
  MESSAGE_TOO_LONG: {
    http: 400,
    retry: 'no',
    message: 'The message is too long.',
  },
  NAME_RESERVED: {
    http: 400,
    close: 4400,
    retry: 'no',
    message: 'This name is reserved. Choose another name.',
  },
  TOO_MANY_CALLS: {
    http: 400,
    retry: 'no',
    message: 'Too many calls in one batch.',
  },
  FRAME_TOO_LARGE: {
    http: 413,
    close: 1009,
    retry: 'no',
    message: 'The request is too large.',
  },
  COMPRESSION_RATIO_EXCEEDED: {
    http: 413,
    close: 4413,
    retry: 'reconnect',
    message: 'The compressed messages contain too much data.',
  },
  HEADERS_TOO_LARGE: {
    http: 431,
    retry: 'no',
    message: 'The URL and headers of the request are too long. Put fewer calls in a batch.',
  },
  REQUEST_TIMEOUT: {
    http: 408,
    retry: 'later',
    message: 'The request took too long to arrive.',
  },
  UNAUTHENTICATED: {
    http: 401,
    close: 4401,
    retry: 'no',
    message: 'Not authenticated. Send a name or a token first.',
  },
  TOKEN_INVALID: {
    http: 401,
    close: 4401,
    retry: 'no',
    message: 'The token is not valid.',
  },
  TOKEN_EXPIRED: {
    http: 401,
    close: 4410,
    retry: 'reconnect',
    message: 'The token has expired. Connect again with a new one.',
  },
  TOKEN_USER_MISMATCH: {
    http: 403,
    retry: 'no',
    message: 'The token belongs to another user. Open a new connection to change the user.',
  },
  TOKEN_NOT_YET_VALID: {
    http: 401,
    close: 4411,
    retry: 'later',
    message: 'The token is not valid yet. Try again in a moment.',
  },
  KEYS_UNAVAILABLE: {
    http: 503,
    close: 1013,
    retry: 'later',
    message: 'Tokens can’t be checked right now. Try again in a moment.',
  },
  AUTH_UNAVAILABLE: {
    http: 503,
    close: 1013,
    retry: 'later',
    message: 'Tokens can’t be checked right now. Try again in a moment.',
  },
  GUESTS_NOT_ALLOWED: {
    http: 403,
    retry: 'no',
    message: 'This server does not accept guests.',
  },
  ORIGIN_REFUSED: {
    http: 403,
    retry: 'no',
    message: 'Pages of this origin are not allowed to use this server.',
  },
  HOST_REFUSED: {
    http: 403,
    retry: 'no',
    message: 'This server does not accept this host name.',
  },
  NOT_A_MEMBER: {
    http: 403,
    retry: 'no',
    message: 'Join the room first.',
  },
  NOT_THE_AUTHOR: {
    http: 403,
    retry: 'no',
    message: 'Only the author of a message can change it.',
  },
  NOT_THE_OWNER: {
    http: 403,
    retry: 'no',
    message: 'Only the user who made the room can do that.',
  },
  ROOM_NOT_FOUND: {
    http: 404,
    retry: 'no',
    message: 'There is no such room.',
  },
  ROOM_GONE: {
    http: 404,
    retry: 'no',
    message: 'The room was removed because no one used it. Join another one nearby, or make a new one.',
  },
  MESSAGE_NOT_FOUND: {
    http: 404,
    retry: 'no',
    message: 'There is no such message in this room.',
  },
  NO_SUCH_PROCEDURE: {
    http: 404,
    retry: 'no',
    message: 'There is no such procedure.',
  },
  WRONG_CALL_TYPE: {
    http: 405,
    retry: 'no',
    message: 'The procedure is of another type: a query is called by `query` or GET, a mutation by `mutate` or POST.',
  },
  MESSAGE_DELETED: {
    http: 409,
    retry: 'no',
    message: 'The message has been deleted.',
  },
  TOO_MANY_EMOJI: {
    http: 409,
    retry: 'no',
    message: 'The message has the maximum number of different emoji. Choose one of them.',
  },
  TOO_MANY_OWN_REACTIONS: {
    http: 409,
    retry: 'no',
    message: 'You have the maximum number of reactions on this message. Remove one first.',
  },
  ROOM_TOO_FAR: {
    http: 403,
    retry: 'no',
    message: 'This room is farther away than you can have travelled. You can read it, but not write in it yet.',
  },
  ROOM_FULL: {
    http: 409,
    retry: 'later',
    message: 'The room is full.',
  },
  RATE_LIMITED: {
    http: 429,
    retry: 'later',
    message: 'Too many requests. Wait a moment.',
  },
  TOO_MANY_WATCHES: {
    http: 429,
    retry: 'no',
    message: 'Too many subscriptions on one connection.',
  },
  TOO_MANY_SOCKETS: {
    http: 429,
    retry: 'later',
    message: 'Too many connections from your address.',
  },
  IDENTITY_OVERDUE: {
    http: 401,
    close: 4412,
    retry: 'reconnect',
    message: 'The connection did not authenticate in time.',
  },
  SLOW_CONSUMER: {
    http: 503,
    close: 4408,
    retry: 'reconnect',
    message: 'The connection reads too slowly.',
  },
  STORE_UNAVAILABLE: {
    http: 503,
    retry: 'later',
    message: 'The message store is not available. Try again in a moment.',
  },
  BROKER_UNAVAILABLE: {
    http: 503,
    retry: 'later',
    message: 'Presence is not available. Try again in a moment.',
  },
  SERVER_STOPPING: {
    http: 503,
    close: 1012,
    retry: 'reconnect',
    message: 'The server is restarting.',
  },
  INTERNAL: {
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
