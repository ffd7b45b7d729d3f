/** Any class with the standard's EventSource interface. */
export type EventSourceClass = new (url: string) => Pick<EventSource, 'readyState' | 'close'>;

/** The class given, or the runtime's own. Throws a TypeError where there is neither. */
export function findEventSource(given: EventSourceClass | undefined): typeof EventSource {
  const found = given ?? globalThis.EventSource;
  if (found === undefined) {
    throw new TypeError('EventSource: this runtime has none of its own; pass the class of the `eventsource` package');
  }
  // Packages type the standard's interface each in their own words; what is used of it is the same in all of them.
  return found as typeof EventSource;
}
