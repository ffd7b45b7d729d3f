import { encodeAround, type Message, type RoomEvent, transformer } from '@earshot/shared';
import { LatestEntries } from '../../async/latestEntries.ts';

type Serialized = ReturnType<typeof transformer.output.serialize>;

/** Answers that many calls get as the same object. Each is serialized and stringified only once. The object must not change afterwards. */
const answers = new WeakMap<object, Serialized | null>();
const texts = new WeakMap<object, string | null>();

/** Marks an answer as shared by several calls. */
export function markShared<T extends object>(answer: T): T {
  if (!answers.has(answer)) answers.set(answer, null);
  return answer;
}

interface SharedEvent {
  /** The text after the id. */
  afterId: string;
  /** The last id, and the whole text with it. Most subscriptions have the same. */
  id: unknown;
  text: string;
}

const sharedData = new WeakSet<object>();
const eventTexts = new LatestEntries<object, SharedEvent>(256);
/** The texts of starts, which may be long. Each lives as long as its event, which nothing retains after the tick. */
const startTexts = new WeakMap<object, SharedEvent | null>();

/** Marks the data of a tracked event that many subscriptions get as the same object, each with its own id. The object must not change. */
export function shareData<T extends object>(data: T): T {
  sharedData.add(data);
  return data;
}

/** Like `shareData`, for the start of a watch, which may be a megabyte. */
export function shareStart<T extends object>(start: T): T {
  if (!startTexts.has(start)) startTexts.set(start, null);
  return start;
}

const createdEvents = new WeakMap<Message, RoomEvent>();

/**
 * Like `shareData`, for the event of a new message. All subscriptions that get the same object as the message share one event, as in replays of
 * clients who return together.
 */
export function shareCreated(event: Extract<RoomEvent, { type: 'message.created' }>): RoomEvent {
  const known = createdEvents.get(event.message);
  if (known) return known;
  createdEvents.set(event.message, event);
  return shareData(event);
}

const beforeId = '{"json":{"id":';

/** The text of a tracked event with shared data, which is encoded once for all ids; undefined for other values. */
function sharedEventText(value: unknown): string | undefined {
  if (!isObject(value) || !('id' in value) || !('data' in value)) return undefined;
  const { id, data } = value;
  if (!isObject(data)) return undefined;
  const texts = startTexts.has(data) ? startTexts : sharedData.has(data) ? eventTexts : undefined;
  if (texts === undefined) return undefined;
  const known = texts.get(data);
  if (known && known.id === id) return known.text;
  const afterId = known?.afterId ?? encodeAfterId(data);
  const text = beforeId + JSON.stringify(id) + afterId;
  texts.set(data, { afterId, id, text });
  return text;
}

/** The text after the id: the data, and the transformer's notes about it. */
function encodeAfterId(data: object): string {
  const event = { id: '', data };
  const text = publishedText(event) ?? JSON.stringify(transformer.output.serialize(event));
  if (!text.startsWith(`${beforeId}""`)) throw new Error('the text of a tracked event begins with its id');
  return text.slice(beforeId.length + 2);
}

const emptiedOnSerialize = new WeakSet<object>();

/**
 * A copy that is emptied when it is serialized. tRPC's event streams retain each event until the next one, and an event
 * may be the whole start of a watch.
 */
export function emptyOnSerialize<T extends object>(value: T): T {
  const copy = { ...value };
  emptiedOnSerialize.add(copy);
  return copy;
}

/** Moves the fields of an object to a copy. */
function moveFields(value: object): object {
  const copy = { ...value };
  for (const key of Object.keys(value)) Reflect.deleteProperty(value, key);
  return copy;
}

/** Serializes a value with the transformer. Shared answers are cached. */
export function serialize(value: unknown): Serialized {
  if (isObject(value) && emptiedOnSerialize.delete(value)) return transformer.output.serialize(moveFields(value));
  const known = isObject(value) ? answers.get(value) : undefined;
  if (known) return known;
  const serialized = transformer.output.serialize(value);
  if (known === null && isObject(value)) {
    answers.set(value, serialized);
    texts.set(serialized, null);
  }
  return serialized;
}

/** The cached text of a shared answer; undefined for other values. */
function sharedText(data: object): string | undefined {
  const known = texts.get(data);
  if (known !== null) return known;
  const text = JSON.stringify(data);
  texts.set(data, text);
  return text;
}

/** The text of a message that was just published, or of the tracked event with it, around the JSON that the broker's envelope has. */
function publishedText(value: object): string | undefined {
  if (!('id' in value) || !('data' in value)) return encodeAround(value, { before: '', after: '', path: '' });
  const { id, data } = value;
  if (!isObject(data) || !('type' in data) || data.type !== 'message.created' || !('message' in data)) return undefined;
  if (!isObject(data.message)) return undefined;
  const before = `{"id":${JSON.stringify(id)},"data":{"type":"message.created","message":`;
  return encodeAround(data.message, { before, after: '}}', path: 'data.message.' });
}

/** The JSON text of a value on the wire. */
export function textOf(value: unknown): string {
  const text = sharedEventText(value) ?? (isObject(value) ? publishedText(value) : undefined);
  if (text !== undefined) return text;
  const data = serialize(value);
  return sharedText(data) ?? JSON.stringify(data);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
