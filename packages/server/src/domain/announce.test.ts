import { limits } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import type { BrokerEvent } from '../feed/envelope.ts';
import { announce } from './announce.ts';

const user = { userId: 'ada', username: 'Ada' };

async function announced(type: 'user.joined' | 'user.left', userCount: number): Promise<BrokerEvent[]> {
  const events: BrokerEvent[] = [];
  const hub = { publish: async (_roomId: string, event: BrokerEvent) => void events.push(event) };
  await announce({ hub }, { type, roomId: 'lobby', user, userCount });
  return events;
}

describe.each(['user.joined', 'user.left'] as const)('%s', (type) => {
  test('is published with the user in a room of 100', async () => {
    expect(limits.announcedPresenceMax).toBe(100);
    expect(await announced(type, 100)).toEqual([{ type, user, userCount: 100 }]);
  });

  test('is published as a count in a room of 101', async () => {
    expect(await announced(type, 101)).toEqual([{ type: 'presence', userCount: 101 }]);
  });
});
