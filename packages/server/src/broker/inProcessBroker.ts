import { EarshotError } from '@earshot/shared';
import { type Broker, type BrokerSubscription, controlTopic } from './broker.ts';

/** The broker of a single process: it delivers within the process only. */
export function createInProcessBroker(): Broker {
  const rooms = new Map<string, Set<(payload: string) => void>>();
  let closed = false;

  function requireOpen() {
    if (closed) throw new EarshotError('BROKER_UNAVAILABLE');
  }

  return {
    kind: 'local',

    async publish(roomId, payload) {
      requireOpen();
      // UTF-8 has no lone surrogates: a network delivers them as U+FFFD, and so does this broker.
      const text = payload.toWellFormed();
      // Asynchronous, as over a network: a listener never runs inside the call that publishes.
      queueMicrotask(() => {
        for (const listener of rooms.get(roomId) ?? []) listener(text);
      });
    },

    subscribe(roomId, listener): BrokerSubscription {
      const own = (payload: string) => listener(payload); // the same listener may subscribe twice
      const listeners = rooms.get(roomId) ?? new Set();
      rooms.set(roomId, listeners.add(own));
      return {
        ready: Promise.resolve(),
        unsubscribe() {
          if (listeners.delete(own) && listeners.size === 0) rooms.delete(roomId);
        },
      };
    },

    // There is no connection that could be interrupted.
    onInterrupted: () => () => {},

    get subscribedRooms() {
      return rooms.size - Number(rooms.has(controlTopic));
    },

    async ping() {
      requireOpen();
    },

    async close() {
      closed = true;
      rooms.clear();
    },
  };
}
