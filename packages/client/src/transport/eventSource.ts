/** Any class with the standard's EventSource interface. */
export type EventSourceClass = new (url: string) => Pick<EventSource, 'readyState' | 'close'>;

/** Returns the given class, or the runtime's own. Throws a TypeError if there is neither. */
export function findEventSource(custom: EventSourceClass | undefined): typeof EventSource {
  const found = custom ?? globalThis.EventSource;
  if (found === undefined) {
    throw new TypeError('EventSource: this runtime has none of its own; pass the class of the `eventsource` package');
  }
  // Packages declare the standard's interface differently, but the parts used here are the same.
  return found as typeof EventSource;
}
