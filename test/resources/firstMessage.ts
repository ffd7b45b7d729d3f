import type { Message } from '@earshot/shared';
import { somewhere } from './places.ts';
import type { Watch } from './stockClient.ts';
import type { TransportClient } from './transports.ts';

/** Joins a new room and sends its first message. */
export async function sendFirstMessage({
  api,
}: Pick<TransportClient, 'api'>): Promise<{ roomId: string; sent: Message }> {
  const { room } = await api.rooms.join.mutate({ location: somewhere() });
  return { roomId: room.id, sent: await api.messages.send.mutate({ roomId: room.id, content: 'hello' }) };
}

/** Joins a room and watches it. Resolves once the watch has started. */
export async function joinAndWatch({ api, watch }: TransportClient, roomId: string): Promise<Watch> {
  await api.rooms.join.mutate({ roomId });
  const started = watch(roomId);
  await started.until(({ event }) => event.type === 'snapshot');
  return started;
}
