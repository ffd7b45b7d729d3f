import {
  type EphemeralEvent,
  encodeAround,
  encodePart,
  encodeWire,
  ephemeralEventSchema,
  keepEncodedPart,
  messageSchema,
  type OwnSanction,
  ownSanctionSchema,
  type StartEvent,
  transformer,
  userIdSchema,
} from '@earshot/shared';
import { z } from 'zod';

/** A message, or the record of the room's title and topic: see `LoggedMessage` in the store. */
const loggedMessageSchema = messageSchema.extend({
  description: z.object({ name: z.string(), title: z.string().nullable(), topic: z.string().nullable() }).optional(),
});

const changeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message.created'), message: loggedMessageSchema }),
  z.object({
    type: z.literal('message.updated'),
    message: loggedMessageSchema,
    /** Set when this one reaction is the only difference from the message's previous `updatedSeq`. */
    reacted: z.object({ userId: userIdSchema, emoji: z.string(), on: z.boolean() }).optional(),
    /** Set when the change removed a user whose data is being erased. No earlier version of the message may be delivered any more. */
    isErasure: z.literal(true).optional(),
  }),
]);

/** A persistent change, with the message as it is after the change. */
export type ChangeEvent = z.infer<typeof changeSchema>;

/** Every event that a watcher of a room's feed can receive. */
export type FeedEvent = ChangeEvent | EphemeralEvent | StartEvent;

/**
 * Events that instances send each other about a room. Some are internal to servers: `member.left` ends that user's watches of the room on
 * every instance, `room.removed` ends all watches of it, and `user.sanctioned` and `user.role` concern one user's watches.
 */
export type BrokerEvent = ChangeEvent | EphemeralEvent | InternalEvent;

export type InternalEvent =
  | { type: 'member.left'; userId: string }
  | { type: 'room.removed' }
  | { type: 'user.role'; userId: string }
  | { type: 'user.sanctioned'; userId: string; sanction: OwnSanction };

const eventSchema = z.discriminatedUnion('type', [
  changeSchema,
  ephemeralEventSchema,
  z.object({ type: z.literal('member.left'), userId: userIdSchema }),
  z.object({ type: z.literal('room.removed') }),
  z.object({ type: z.literal('user.role'), userId: userIdSchema }),
  z.object({ type: z.literal('user.sanctioned'), userId: userIdSchema, sanction: ownSanctionSchema }),
]);

type SuperJsonForm = Parameters<typeof transformer.input.deserialize>[0];

const payloadSchema = z.object({
  from_socket_id: z.string(),
  message: z.custom<SuperJsonForm>((value) => typeof value === 'object' && value !== null && 'json' in value),
});

/** Encodes the payload for the broker: JSON of `{from_socket_id, message}`, where `message` is the event in superjson form. */
export function encodeEnvelope(event: BrokerEvent, fromConnectionId: string): string {
  return `{"from_socket_id":${JSON.stringify(fromConnectionId)},"message":${encodeEvent(event)}}`;
}

/** A new message is encoded once for the envelope, the event and the answer. */
function encodeEvent(event: BrokerEvent): string {
  if (event.type !== 'message.created') return encodeWire(event);
  const { message } = event;
  encodePart(message);
  return encodeAround(message, { before: beforeMessage, after: '}', path: 'message.' }) ?? encodeWire(event);
}

const beforeMessage = '{"type":"message.created","message":';
/** The end of the payload of a new message, whose only date is its time. */
const afterMessage = '},"meta":{"values":{"message.timestamp":["Date"]},"v":1}}}';

/** The reverse of `encodeEnvelope`. Throws on any other text; the error names fields but never quotes the payload. */
export function decodeEnvelope(text: string): { event: BrokerEvent; fromConnectionId: string } {
  const { from_socket_id: fromConnectionId, message } = payloadSchema.parse(parseJson(text));
  const received = transformer.input.deserialize(message);
  const event = eventSchema.parse(received);
  if (event.type === 'message.created') cacheJson(event.message, { received, text, fromConnectionId });
  return { event, fromConnectionId };
}

interface Payload {
  received: unknown;
  text: string;
  fromConnectionId: string;
}

/**
 * Caches the JSON of a new message as it arrived, so that it is not encoded again for the watchers here. It must have exactly the fields of this
 * version: others, which the schema removes, would reach clients.
 */
function cacheJson(message: ChangeEvent['message'], { received, text, fromConnectionId }: Payload): void {
  const before = `{"from_socket_id":${JSON.stringify(fromConnectionId)},"message":{"json":${beforeMessage}`;
  if (!text.startsWith(before) || !text.endsWith(afterMessage) || !hasFieldsOf(received, message)) return;
  keepEncodedPart(message, { json: text.slice(before.length, -afterMessage.length), dates: ['timestamp'] });
}

/** Whether the event and its message have no other fields. False for messages with nested objects, which may have other fields too. */
function hasFieldsOf(received: unknown, message: ChangeEvent['message']): boolean {
  if (typeof received !== 'object' || received === null || !('message' in received)) return false;
  const { message: own } = received;
  if (Object.keys(received).length !== eventFields) return false;
  if (typeof own !== 'object' || own === null || message.reactions.length > 0 || message.description) return false;
  return Object.keys(own).length === Object.keys(message).length;
}

/** Number of the fields of the event of a new message: its type and the message. */
const eventFields = 2;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // V8 quotes the text in its message, so the log would contain users' messages.
    throw new TypeError('the payload is not JSON');
  }
}

export const isInternal = (event: BrokerEvent): event is InternalEvent => internalTypes.has(event.type);

const internalTypes: ReadonlySet<string> = new Set<InternalEvent['type']>([
  ...(['member.left', 'room.removed', 'user.role', 'user.sanctioned'] as const),
]);

export function isChange(event: BrokerEvent): event is ChangeEvent {
  return event.type === 'message.created' || event.type === 'message.updated';
}
