import type { Message, NeighbourhoodEvent, Room } from '@earshot/shared';
import { withReaction } from '../room/reactions.ts';

/** The rooms around a location and their messages. */
export interface NeighbourhoodTimeline {
  /** In the order in which they were entered, not by distance. */
  readonly rooms: readonly Room[];
  /** The newest messages of all rooms, oldest first; `roomId` says in which room. */
  readonly messages: readonly Message[];
}

export const emptyNeighbourhood: NeighbourhoodTimeline = { rooms: [], messages: [] };

const messagesMax = 500;

/** Applies an event. Messages of a room that was left are removed. */
export function reduceNeighbourhood(state: NeighbourhoodTimeline, event: NeighbourhoodEvent): NeighbourhoodTimeline {
  switch (event.type) {
    case 'room.entered': {
      const rest = without(state, event.room.id);
      return { rooms: [...rest.rooms, event.room], messages: inOrder([...rest.messages, ...event.messages]) };
    }
    case 'room.described': {
      const { roomId, name, title, topic } = event;
      return {
        ...state,
        rooms: state.rooms.map((room) => (room.id === roomId ? { ...room, name, title, topic } : room)),
      };
    }
    case 'room.left':
      return without(state, event.roomId);
    case 'event':
      return { ...state, messages: withChange(state.messages, event.event) };
    default:
      return state; // `ready`, and types that only later servers send
  }
}

type Change = Extract<NeighbourhoodEvent, { type: 'event' }>['event'];

function withChange(messages: readonly Message[], change: Change): readonly Message[] {
  if (change.type === 'reaction.changed') return messages.map((message) => withReaction(message, change));
  const { message } = change;
  if (change.type === 'message.created') return inOrder([...messages, message]);
  return messages.map((known) => (known.id === message.id ? message : known));
}

function without({ rooms, messages }: NeighbourhoodTimeline, roomId: string): NeighbourhoodTimeline {
  return {
    rooms: rooms.filter(({ id }) => id !== roomId),
    messages: messages.filter((message) => message.roomId !== roomId),
  };
}

/** The sort is stable, and times never decrease in a room, so the messages of each room keep their order. */
function inOrder(messages: Message[]): readonly Message[] {
  return messages.sort((a, b) => a.timestamp.getTime() - b.timestamp.getTime()).slice(-messagesMax);
}
