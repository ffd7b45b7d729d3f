import type { ErrorCode } from './errorCodes.ts';

/**
 * Describes when each error occurs. `pnpm docs:errors` writes docs/errors.md from these sentences and the table of codes. They are
 * separate from the table because clients bundle the table and do not need them.
 */
export const errorWhen: Record<ErrorCode, string> = {
  INVALID_INPUT: 'A field is missing, of the wrong type or out of range. `issues` describes each, up to eight.',
  MESSAGE_TOO_LONG: 'A message has more characters than `MESSAGE_MAX_CHARS` after trimming.',
  NAME_RESERVED:
    'A guest, or in open mode any user, has a name that is reserved: `admin`, `moderator`, `Earshot` and the like, the names in `RESERVED_NAMES`, and what looks like them. Users with an account may have such names.',
  MESSAGE_REFUSED:
    'The text of a message, the title or topic of a room, or the name of a new room contains a blocked word, or a [message hook](operations.md#message-hooks) refuses the message. See [operations.md](operations.md#screening).',
  MESSAGE_HELD:
    'A [message hook](operations.md#message-hooks) lets a moderator decide. The message is stored for them; a repeat with the same `clientMessageId` fails in the same way until they have decided, and returns the message once it is approved.',
  REPEATED_MESSAGE:
    'A user sends the same text in more than `REPEATED_MESSAGE_ROOMS` rooms within a minute, or an address in four times as many. `retryAfterMs` says how long to wait. `@earshot/client` does not repeat such a message automatically.',
  SCREENING_UNAVAILABLE: 'A message hook fails, and `MESSAGE_HOOK_FAILURE` is `refuse`.',
  NAME_REFUSED: 'The name of a guest, or the name that a user chose in open mode, is not allowed on this server.',
  TOO_MANY_CALLS: 'An HTTP batch or a WebSocket frame has more calls than allowed. None of them was executed.',
  FRAME_TOO_LARGE:
    'A WebSocket frame or HTTP body exceeds the frame limit: 20 messages of the maximum length, and at most 1 MiB unless one message needs more (323 KiB by default). Or it has more fields and elements than 500 calls have, or more than 64 levels of nesting.',
  COMPRESSION_RATIO_EXCEEDED:
    'With `WS_COMPRESSION`, the compressed messages of a socket decompress to more than 16 times their size on the wire, beyond a burst of 1 MiB and one frame, and 64 KiB a second.',
  HEADERS_TOO_LARGE:
    'The URL and headers of an HTTP request exceed 16 KiB, as a GET of many calls can: set `maxURLLength` on `httpBatchLink`.',
  REQUEST_TIMEOUT: 'An HTTP request did not arrive completely within 60 seconds.',
  UNAUTHENTICATED: 'The call needs an identity and the connection has none.',
  TOKEN_REVOKED:
    'The token was issued before its user was signed out everywhere (`auth.signOutEverywhere`, `earshot admin sign-out`).',
  NO_SIGN_IN: '`auth.signOutEverywhere` is called in open mode, in which no token proves an identity.',
  TOKEN_INVALID:
    'The token is malformed, unsigned, rejected by the authentication service, has an invalid signature, is not for this server, or names no user. Or the token given to `auth.guest` is not a guest token.',
  TOKEN_EXPIRED:
    'The token had expired on arrival, or expired on an open connection, which is then closed. Or the token given to `auth.guest` expired more than 30 days ago.',
  TOKEN_USER_MISMATCH: 'The token given to `auth.refresh` belongs to another user than that of the connection.',
  TOKEN_NOT_YET_VALID: 'The `nbf` of the token is more than 5 seconds ahead. `retryAfterMs` says how long to wait.',
  KEYS_UNAVAILABLE:
    'The keys to verify tokens can’t be fetched from `JWKS_URL`. Or they do not contain the key of the token and were fetched less than 5 seconds ago, so the key may have been published since.',
  AUTH_UNAVAILABLE:
    'The service at `AUTH_SERVICE_URL` does not answer in time, fails, gives an answer that is malformed or too long, or has too many requests in progress. `retryAfterMs` says when to try again.',
  CHALLENGE_REQUIRED:
    '`auth.guest` is called without `challenge` and `solution` while `GUEST_CHALLENGE` is set. `auth.challenge` returns a challenge.',
  CHALLENGE_FAILED:
    'The challenge given to `auth.guest` was not issued by this server, not to this address, or more than two minutes ago, was used before, or is not solved.',
  GUESTS_NOT_ALLOWED: '`auth.guest` is called while `ALLOW_GUESTS` is off.',
  ORIGIN_REFUSED:
    'The origin of the requesting page is not in `ALLOWED_ORIGINS`. Or `ALLOWED_ORIGINS` is unset, identities are unchecked, and the origin is neither the server’s own nor on loopback.',
  HOST_REFUSED:
    'The request names a host that is neither loopback, nor an address of the server, nor in `ALLOWED_HOSTS`. Checked while identities are unchecked, or if `ALLOWED_HOSTS` is set.',
  NOT_A_MEMBER: 'A user who has not joined the room sends, subscribes, reads or lists.',
  NOT_THE_AUTHOR: "A user edits or deletes another user's message.",
  NOT_THE_OWNER: 'A user changes the title or the topic of a room that they neither made nor moderate.',
  NOT_ALLOWED:
    'The role of the user does not have the right: see [rights.md](rights.md). Or the action is about a user with an equal or stronger role.',
  TOO_MANY_ROLES: 'A room has 50 granted roles, an area 50, or the server 200.',
  TOO_MANY_SANCTIONS: 'A room has 1,000 mutes and bans.',
  IDENTITY_NOT_VERIFIED:
    'A user asks for all their data, or for its erasure, in open mode. There any client can have the id of any user.',
  ROOM_NOT_FOUND: 'The room id is unknown.',
  ROOM_GONE:
    'The room was removed less than a year ago because it was unused: see [operations.md](operations.md#unused-rooms). Join by location to find another room.',
  ROOM_LOCKED:
    'A user joins a room that moderators have locked, or reads it by its name over the legacy wire without being a member. Its members stay.',
  ROOM_CLOSED: 'A user writes in a room that moderators have closed.',
  BANNED:
    'The user, the address or the device is banned: from the server, which ends its connections, or from the room or its area. `reason` and `endsAt` say why and until when, if that is known.',
  MUTED:
    'A user writes in a room in which moderators have muted them. `reason` and `endsAt` say why and until when, if that is known.',
  SLOW_MODE:
    'A user sends again before the interval of the room’s slow mode is over. `retryAfterMs` says how long to wait.',
  SANCTION_NOT_FOUND:
    '`moderation.lift` names a sanction that has ended, was lifted, never existed, or is not for the caller to lift.',
  MESSAGE_NOT_FOUND: 'The message id is unknown in this room.',
  USER_NOT_FOUND:
    'A user is reported who wrote none of the newest messages of the room, and is not in it, or not listed there by name.',
  REPORT_NOT_FOUND: 'The id is unknown, or the report is for other moderators, or it is about the caller.',
  REPORT_RESOLVED: 'Another moderator was faster.',
  REPORTS_FULL: 'The queue of moderators is full: 10,000 reports, or 10,000 messages that were held back, are open.',
  NO_SUCH_PROCEDURE: 'A call names a procedure or path that does not exist.',
  WRONG_CALL_TYPE: 'A query is called as a mutation, a mutation as a query, or a subscription as either.',
  MESSAGE_DELETED: 'A user edits or reacts to a deleted message.',
  TOO_MANY_EMOJI: 'The reaction would be the 21st different emoji on the message.',
  TOO_MANY_OWN_REACTIONS: 'The reaction would be the sixth emoji of the user on the message.',
  TOO_MANY_BLOCKS: 'A user who has blocked 1,000 users blocks another one.',
  ROOM_TOO_FAR:
    'A user writes in a room that is farther from their last location than `MAX_SPEED_KMH` allows since then: see [operations.md](operations.md#travel-speed). `retryAfterMs` says when they can have arrived.',
  ROOM_FULL: 'As many users as `ROOM_CAPACITY` are present in the room.',
  RATE_LIMITED:
    'A user exceeds `SEND_RATE` with sends, edits or reactions, or `CALL_RATE` with the cost of all calls, after the burst (`SEND_BURST`, `CALL_BURST`) is used up; a user creates more than 20 rooms in a burst; an address requests more than 100 guests or rooms in a burst; a user lists the users present, reports users who wrote nothing there, or as an owner or moderator of rooms looks for users, in more than ten rooms within ten minutes, on one instance, or an address in more than 1.5 times `USERS_PER_ADDRESS`; an address watches more than twice `USERS_PER_ADDRESS` lists of nearby rooms at a time; or an address sends or calls more than `USERS_PER_ADDRESS` users may. `retryAfterMs` says how long to wait.',
  TOO_MANY_WATCHES: 'A connection has more than `WATCHES_PER_SOCKET` subscriptions at once.',
  TOO_MANY_SOCKETS:
    'An address opens more than `SOCKETS_PER_ADDRESS` WebSockets and event streams. The new one is refused.',
  IDENTITY_OVERDUE:
    'A WebSocket has not authenticated within five minutes, or is the oldest of more than 32 unauthenticated ones of its address.',
  SLOW_CONSUMER: 'A connection leaves too many bytes unread for too long. Clients resume from their last event.',
  STORE_UNAVAILABLE:
    'The database is down or elects a new primary, or too many calls or too long texts wait for it. A change may have been made all the same: a send that is repeated with the same `clientMessageId` is stored once.',
  BROKER_UNAVAILABLE: 'Redis is down and the call needs presence.',
  SERVER_STOPPING: 'The server shuts down. Reconnect at a random moment within the milliseconds in the close reason.',
  INTERNAL: 'The server has a fault. It logs the details and does not send them.',
};
