import type { ErrorCode } from './errorCodes.ts';

/**
 * When each error happens, for the documentation: docs/errors.md is made from this and the table of codes. In a file of its
 * own, because clients carry the table and nobody reads this there.
 */
export const errorWhen: Record<ErrorCode, string> = {
  INVALID_INPUT: 'A field is missing, of the wrong type or out of range; `issues` names each.',
  MESSAGE_TOO_LONG: 'A message has more characters than `MESSAGE_MAX_CHARS` after trimming.',
  TOO_MANY_CALLS: 'An HTTP batch or a WebSocket frame holds more calls than allowed; none of them ran.',
  FRAME_TOO_LARGE:
    'A WebSocket frame or HTTP body exceeds the frame limit: 20 of the longest messages, at most 1 MiB unless one message needs more (323 KiB by default). Or it has more fields and elements than 500 calls have, or more than 64 levels of them.',
  COMPRESSION_RATIO_EXCEEDED:
    'With `WS_COMPRESSION`, the compressed messages of a socket unpack to more than 16 times what came over the wire, beyond 1 MiB and one frame at once and 64 KiB a second.',
  HEADERS_TOO_LARGE:
    'The address and headers of an HTTP request exceed 16 KiB, as a GET of many calls does: set `maxURLLength` on `httpBatchLink`.',
  REQUEST_TIMEOUT: 'An HTTP request did not arrive as a whole within 60 seconds.',
  UNAUTHENTICATED: 'The call needs an identity and the connection has none.',
  TOKEN_INVALID:
    'The token is malformed, wrongly signed, unsigned, not for this server, or names no user; or `auth.guest` is shown one that is no guest’s.',
  TOKEN_EXPIRED:
    'The token was past its time on arrival, or ran out on a live connection, which is then closed; or `auth.guest` is shown one that ended more than 30 days ago.',
  TOKEN_NOT_YET_VALID: 'The token’s `nbf` is more than 5 seconds ahead; `retryAfterMs` says how long to wait.',
  KEYS_UNAVAILABLE:
    'The keys to check tokens with can’t be fetched from `JWKS_URL`; or the token’s key is not among them and they were fetched less than 5 seconds ago, so that it may have been published since.',
  GUESTS_NOT_ALLOWED: '`auth.guest` is called where `ALLOW_GUESTS` is off.',
  ORIGIN_REFUSED:
    'The page asking is not on `ALLOWED_ORIGINS`; or that is unset, identities are unchecked, and the page is neither the server’s own nor on its user’s machine.',
  HOST_REFUSED:
    'The request names a host that is neither loopback, nor an address of the server, nor on `ALLOWED_HOSTS`. Checked while identities are unchecked, or where `ALLOWED_HOSTS` is set.',
  NOT_A_MEMBER: 'Somebody who has not joined the room sends, watches, reads or lists.',
  NOT_THE_AUTHOR: "Somebody edits or deletes another's message.",
  ROOM_NOT_FOUND: 'The room id is unknown.',
  MESSAGE_NOT_FOUND: 'The message id is unknown in this room.',
  NO_SUCH_PROCEDURE: 'A call names a procedure or path that does not exist.',
  WRONG_CALL_TYPE: 'A query is called as a mutation, a mutation as a query, or a subscription as either.',
  MESSAGE_DELETED: 'A deleted message is edited or reacted to.',
  TOO_MANY_EMOJI: 'A reaction would be the 21st different emoji on one message.',
  TOO_MANY_OWN_REACTIONS: 'A reaction would be the sixth emoji of one person on one message.',
  ROOM_FULL: 'As many people as `ROOM_CAPACITY` are present in the room.',
  RATE_LIMITED:
    'A user sends, edits or reacts faster than `SEND_RATE` after using up `SEND_BURST`, makes more than 20 rooms at once, or an address asks for more than 100 guests or rooms at once, makes calls that cost more than `CALL_RATE` after using up `CALL_BURST`, or sends or calls more than `USERS_PER_ADDRESS` users may; `retryAfterMs` says how long to wait.',
  TOO_MANY_WATCHES: 'A connection watches more than `WATCHES_PER_SOCKET` rooms at once.',
  TOO_MANY_SOCKETS:
    'One address opens more than `SOCKETS_PER_ADDRESS` WebSockets and event streams; the upgrade, or the stream, is refused.',
  IDENTITY_OVERDUE:
    'A WebSocket has not said who it is within five minutes, or is the oldest of more than 32 such of one address.',
  SLOW_CONSUMER: 'A connection leaves too many bytes unread for too long; clients resume from their last event.',
  STORE_UNAVAILABLE:
    'The database is down or changes its primary. A send may be repeated with the same `clientMessageId`.',
  BROKER_UNAVAILABLE: 'Redis is down while a call needs presence.',
  SERVER_STOPPING:
    'The server shuts down; the close reason says within how many milliseconds to come back, at a random moment.',
  INTERNAL: 'A fault of the server. It is logged there; nothing of it is told.',
};
