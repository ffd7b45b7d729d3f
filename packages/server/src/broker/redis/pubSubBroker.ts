import { brokerUnavailable } from '../../redis/redisConnection.ts';
import type { Broker } from '../broker.ts';
import type { RedisChannels } from './redisChannels.ts';

/** The commands that differ between one Redis and a cluster. */
interface PubSubCommands {
  kind: Broker['kind'];
  publish(channel: string, payload: string): Promise<unknown>;
  /** Resolves when publishing and subscribing are possible. */
  ping(): Promise<unknown>;
  close(): void;
}

/** Creates a broker over Redis: publishes with the given commands, and subscribes with the channels. */
export function createPubSubBroker(channels: RedisChannels, { kind, publish, ping, close }: PubSubCommands): Broker {
  const withBrokerError = async (send: () => Promise<unknown>) => {
    try {
      await send();
    } catch (error) {
      throw brokerUnavailable(error);
    }
  };
  return {
    kind,
    publish: (roomId, payload) => withBrokerError(() => publish(channels.nameOf(roomId), payload)),
    subscribe: (roomId, listener) => channels.subscribe(roomId, listener),
    onInterrupted: (listener) => channels.onInterrupted(listener),
    get subscribedRooms() {
      return channels.size;
    },
    ping: () => withBrokerError(ping),
    async close() {
      channels.clear();
      close();
    },
  };
}
