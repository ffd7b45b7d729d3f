import { expect, test } from 'vitest';
import type { BrokerEvent } from '../feed/envelope.ts';
import { Connection } from './connection.ts';
import { publishFrom } from './publishFrom.ts';

test('an answer waits for the event only if its caller watches the room', () => {
  const steps: string[] = [];
  const transport = { writable: () => undefined, isBroken: false, expectEvents: () => void steps.push('expected') };
  const connection = new Connection({ user: null, address: '127.0.0.1', transport });
  const hub = {
    publish: async (roomId: string, { type }: BrokerEvent, from?: string) => {
      steps.push(`${type} in ${roomId} from ${from === connection.id ? 'the caller' : from}`);
    },
  };
  const event = { type: 'room.removed' } as const;
  connection.watchedRoomIds = ['a', 'b'];
  publishFrom({ hub }, connection, { roomId: 'b', event });
  publishFrom({ hub }, connection, { roomId: 'c', event });
  expect(steps).toEqual(['expected', 'room.removed in b from the caller', 'room.removed in c from the caller']);
});
