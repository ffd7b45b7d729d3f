interface ErrorEntry {
  http: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 429 | 431 | 500 | 503;
  /** WebSocket close code, if this error closes the connection. */
  close?: number;
  /**
   * The recommended reaction of a client. `no`: the same call will fail again. `later`: the same call may succeed after a while.
   * `reconnect`: open a new connection (with a fresh token if the token was the cause) and resume.
   */
  retry: 'no' | 'later' | 'reconnect';
}

/** All errors that the server sends to clients. Their texts are in errorMessages.ts; errorWhen.ts documents when each occurs. */
export const errorCodes = {
  INVALID_INPUT: {
    http: 400,
    retry: 'no',
  },
  MESSAGE_TOO_LONG: {
    http: 400,
    retry: 'no',
  },
  NAME_RESERVED: {
    http: 400,
    close: 4400,
    retry: 'no',
  },
  MESSAGE_REFUSED: {
    http: 403,
    retry: 'no',
  },
  MESSAGE_HELD: {
    http: 403,
    retry: 'no',
  },
  REPEATED_MESSAGE: {
    http: 429,
    retry: 'later',
  },
  SCREENING_UNAVAILABLE: {
    http: 503,
    retry: 'later',
  },
  NAME_REFUSED: {
    http: 403,
    close: 4422,
    retry: 'no',
  },
  TOO_MANY_CALLS: {
    http: 400,
    retry: 'no',
  },
  FRAME_TOO_LARGE: {
    http: 413,
    close: 1009,
    retry: 'no',
  },
  COMPRESSION_RATIO_EXCEEDED: {
    http: 413,
    close: 4413,
    retry: 'reconnect',
  },
  HEADERS_TOO_LARGE: {
    http: 431,
    retry: 'no',
  },
  REQUEST_TIMEOUT: {
    http: 408,
    retry: 'later',
  },
  UNAUTHENTICATED: {
    http: 401,
    close: 4401,
    retry: 'no',
  },
  TOKEN_REVOKED: {
    http: 401,
    close: 4401,
    retry: 'no',
  },
  NO_SIGN_IN: {
    http: 409,
    retry: 'no',
  },
  TOKEN_INVALID: {
    http: 401,
    close: 4401,
    retry: 'no',
  },
  TOKEN_EXPIRED: {
    http: 401,
    close: 4410,
    retry: 'reconnect',
  },
  TOKEN_USER_MISMATCH: {
    http: 403,
    retry: 'no',
  },
  TOKEN_NOT_YET_VALID: {
    http: 401,
    close: 4411,
    retry: 'later',
  },
  KEYS_UNAVAILABLE: {
    http: 503,
    close: 1013,
    retry: 'later',
  },
  AUTH_UNAVAILABLE: {
    http: 503,
    close: 1013,
    retry: 'later',
  },
  GUESTS_NOT_ALLOWED: {
    http: 403,
    retry: 'no',
  },
  CHALLENGE_REQUIRED: {
    http: 403,
    retry: 'no',
  },
  CHALLENGE_FAILED: {
    http: 403,
    retry: 'no',
  },
  ORIGIN_REFUSED: {
    http: 403,
    retry: 'no',
  },
  HOST_REFUSED: {
    http: 403,
    retry: 'no',
  },
  NOT_A_MEMBER: {
    http: 403,
    retry: 'no',
  },
  NOT_THE_AUTHOR: {
    http: 403,
    retry: 'no',
  },
  NOT_THE_OWNER: {
    http: 403,
    retry: 'no',
  },
  NOT_ALLOWED: {
    http: 403,
    retry: 'no',
  },
  TOO_MANY_ROLES: {
    http: 409,
    retry: 'no',
  },
  TOO_MANY_SANCTIONS: {
    http: 409,
    retry: 'no',
  },
  IDENTITY_NOT_VERIFIED: {
    http: 403,
    retry: 'no',
  },
  ROOM_NOT_FOUND: {
    http: 404,
    retry: 'no',
  },
  ROOM_GONE: {
    http: 404,
    retry: 'no',
  },
  ROOM_LOCKED: {
    http: 403,
    retry: 'no',
  },
  ROOM_CLOSED: {
    http: 403,
    retry: 'no',
  },
  BANNED: {
    http: 403,
    close: 4403,
    retry: 'no',
  },
  MUTED: {
    http: 403,
    retry: 'no',
  },
  SLOW_MODE: {
    http: 429,
    retry: 'later',
  },
  SANCTION_NOT_FOUND: {
    http: 404,
    retry: 'no',
  },
  MESSAGE_NOT_FOUND: {
    http: 404,
    retry: 'no',
  },
  USER_NOT_FOUND: {
    http: 404,
    retry: 'no',
  },
  REPORT_NOT_FOUND: {
    http: 404,
    retry: 'no',
  },
  REPORT_RESOLVED: {
    http: 409,
    retry: 'no',
  },
  REPORTS_FULL: {
    http: 503,
    retry: 'later',
  },
  NO_SUCH_PROCEDURE: {
    http: 404,
    retry: 'no',
  },
  WRONG_CALL_TYPE: {
    http: 405,
    retry: 'no',
  },
  MESSAGE_DELETED: {
    http: 409,
    retry: 'no',
  },
  TOO_MANY_EMOJI: {
    http: 409,
    retry: 'no',
  },
  TOO_MANY_OWN_REACTIONS: {
    http: 409,
    retry: 'no',
  },
  TOO_MANY_BLOCKS: {
    http: 409,
    retry: 'no',
  },
  ROOM_TOO_FAR: {
    http: 403,
    retry: 'no',
  },
  ROOM_FULL: {
    http: 409,
    retry: 'later',
  },
  RATE_LIMITED: {
    http: 429,
    retry: 'later',
  },
  TOO_MANY_WATCHES: {
    http: 429,
    retry: 'no',
  },
  TOO_MANY_SOCKETS: {
    http: 429,
    retry: 'later',
  },
  IDENTITY_OVERDUE: {
    http: 401,
    close: 4412,
    retry: 'reconnect',
  },
  SLOW_CONSUMER: {
    http: 503,
    close: 4408,
    retry: 'reconnect',
  },
  STORE_UNAVAILABLE: {
    http: 503,
    retry: 'later',
  },
  BROKER_UNAVAILABLE: {
    http: 503,
    retry: 'later',
  },
  SERVER_STOPPING: {
    http: 503,
    close: 1012,
    retry: 'reconnect',
  },
  INTERNAL: {
    http: 500,
    retry: 'no',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}

/** The table's entry with its optional fields. */
export const errorEntry = (code: ErrorCode): ErrorEntry => errorCodes[code];
