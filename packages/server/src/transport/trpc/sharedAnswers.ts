import { transformer } from '@earshot/shared';

type Serialized = ReturnType<typeof transformer.output.serialize>;

/**
 * Answers that many calls get, as the very same object: serialized once, and once made text of. The object must not be
 * altered afterwards.
 */
const answers = new WeakMap<object, Serialized | null>();
const texts = new WeakMap<object, string | null>();

/** The answer, marked as one that others may get as well. */
export function shared<T extends object>(answer: T): T {
  if (!answers.has(answer)) answers.set(answer, null);
  return answer;
}

const givenOnce = new WeakSet<object>();

/**
 * A copy that is empty once it was serialized, for a taker that holds on to what it was given: tRPC's event streams keep
 * each event until the next one, which may be the whole start of a watch.
 */
export function givenAway<T extends object>(value: T): T {
  const copy = { ...value };
  givenOnce.add(copy);
  return copy;
}

function takeAway(value: object): object {
  const taken = { ...value };
  for (const key of Object.keys(value)) Reflect.deleteProperty(value, key);
  return taken;
}

/** What the transformer makes of a value. */
export function serialize(value: unknown): Serialized {
  if (isObject(value) && givenOnce.delete(value)) return transformer.output.serialize(takeAway(value));
  const known = isObject(value) ? answers.get(value) : undefined;
  if (known) return known;
  const serialized = transformer.output.serialize(value);
  if (known === null && isObject(value)) {
    answers.set(value, serialized);
    texts.set(serialized, null);
  }
  return serialized;
}

/** The text of a shared answer that was serialized here; undefined of anything else. */
function sharedText(data: object): string | undefined {
  const known = texts.get(data);
  if (known !== null) return known;
  const text = JSON.stringify(data);
  texts.set(data, text);
  return text;
}

/** The text of a value as it travels, of a shared answer made once. */
export function textOf(value: unknown): string {
  const data = serialize(value);
  return sharedText(data) ?? JSON.stringify(data);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
