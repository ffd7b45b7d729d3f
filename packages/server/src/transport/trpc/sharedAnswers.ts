import { transformer } from '@earshot/shared';

type Serialized = ReturnType<typeof transformer.output.serialize>;

/** Answers that many calls get as the same object. Each is serialized and stringified only once. The object must not change afterwards. */
const answers = new WeakMap<object, Serialized | null>();
const texts = new WeakMap<object, string | null>();

/** Marks an answer as shared by several calls. */
export function markShared<T extends object>(answer: T): T {
  if (!answers.has(answer)) answers.set(answer, null);
  return answer;
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

/** The JSON text of a value on the wire. */
export function textOf(value: unknown): string {
  const data = serialize(value);
  return sharedText(data) ?? JSON.stringify(data);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
