import type { Position } from '@earshot/shared';
import type { BrokerEvent, ChangeEvent } from '../feed/envelope.ts';
import type { Hub, Watch } from '../feed/hub.ts';
import type { StartItem, Watcher } from '../feed/watcher.ts';

/** The start of a room, or a change in it. */
export type StreamItem = StartItem | { kind: 'change'; event: ChangeEvent; position: Position };

/** The result of one read of a stream. An item of null is the end. */
export type Arrival = { stream: RoomStream } & ({ item: StreamItem | null } | { error: unknown });

/** The changes of one room of a neighbourhood, without presence and typing. It reads one item at a time, when it is requested. */
export class RoomStream {
  readonly roomId: string;
  readonly #items: Watch;
  readonly #onArrival: (arrival: Arrival) => void;

  constructor(hub: Hub, roomId: string, watcher: Watcher, onArrival: (arrival: Arrival) => void) {
    this.roomId = roomId;
    this.#items = hub.watch(roomId, watcher);
    this.#onArrival = onArrival;
  }

  /** Resolves to the next item; null at the end. */
  async read(): Promise<StreamItem | null> {
    for (;;) {
      const { value } = await this.#items.next();
      if (!value) return null;
      if (value.kind === 'start') return value;
      if (value.kind === 'event' && isChange(value.event)) {
        return { kind: 'change', event: value.event, position: value.position };
      }
    }
  }

  /** Reads the next item and reports it. */
  request(): void {
    this.read().then(
      (item) => this.#onArrival({ stream: this, item }),
      (error: unknown) => this.#onArrival({ stream: this, error }),
    );
  }

  /** Begins again with the newest messages. */
  restart(): void {
    this.#items.restart();
  }

  close(): void {
    void this.#items.return();
  }
}

function isChange(event: BrokerEvent): event is ChangeEvent {
  return event.type === 'message.created' || event.type === 'message.updated';
}
