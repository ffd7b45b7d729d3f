import type { Location, NeighbourhoodEvent } from '@earshot/shared';
import { type Collected, collect } from './collect.ts';
import type { Api } from './stockClient.ts';

export interface NeighbourhoodItem {
  /** The tracked id. */
  id: string;
  event: NeighbourhoodEvent;
}

export interface NeighbourhoodWatch extends Collected<NeighbourhoodItem>, Disposable {
  stop(): void;
  /** Resolves with the first event of that type. */
  first(type: NeighbourhoodEvent['type']): Promise<NeighbourhoodItem>;
}

/** Watches the rooms around a location and records the events. */
export function watchPlace(
  api: Api,
  input: { location: Location; radius?: number; lastEventId?: string | undefined },
): NeighbourhoodWatch {
  const collected = collect<NeighbourhoodItem>();
  const subscription = api.places.watch.subscribe(input, {
    onData: ({ id, data }) => collected.push({ id, event: data }),
    onError: (error) => collected.fail(error),
    onComplete: () => collected.end(),
  });
  const stop = () => subscription.unsubscribe();
  const first = (type: NeighbourhoodEvent['type']) => collected.until(({ event }) => event.type === type);
  return Object.assign(collected, { stop, first, [Symbol.dispose]: stop });
}

/** A summary of an event: `entered A: one, two`, `left A`, `A +one`, `A ~one`, `A reaction`, `A is Club: Chess`, `ready`. */
export function summarize(nameOf: (roomId: string) => string, { event }: NeighbourhoodItem): string {
  switch (event.type) {
    case 'room.entered': {
      const texts = event.messages.map(({ content }) => content).join(', ');
      return `${event.reset ? 'reset' : 'entered'} ${nameOf(event.room.id)}: ${texts}`;
    }
    case 'room.described':
      return `${nameOf(event.roomId)} is ${event.title}: ${event.topic}`;
    case 'room.left':
      return `left ${nameOf(event.roomId)}`;
    case 'event': {
      const { event: change } = event;
      if (change.type === 'reaction.changed') return `${nameOf(event.roomId)} reaction`;
      return `${nameOf(event.roomId)} ${change.type === 'message.created' ? '+' : '~'}${change.message.content}`;
    }
    case 'ready':
      return 'ready';
  }
}
