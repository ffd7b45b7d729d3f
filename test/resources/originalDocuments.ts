import { idFromBson, newId } from '@earshot/shared';
import { type Document, ObjectId } from 'mongodb';
import { at, originalDatabase, originalMessage } from './originalDatabase.ts';

/** The id of a room that the original service made for a place. */
export const placed = '52.5200_13.4050';
const square = new ObjectId(newId());
export const squareId = idFromBson(square);
export const [early, late] = [new ObjectId(newId()), new ObjectId(newId())];

/** All known forms of the original service's documents, unordered. */
const readable: Document[] = [
  originalMessage({ room_id: placed, content: 'third', timestamp: '2025-07-07T12:00:03.250999Z' }),
  originalMessage({
    room_id: placed,
    content: 'first',
    timestamp: at(1),
    reactions: [{ user_id: 'bob', emoji: '👍' }],
  }),
  originalMessage({
    room_id: placed,
    content: 'fourth',
    timestamp: '2025-07-07T14:00:03.251+02:00',
    edited_at: at(60),
  }),
  originalMessage({ room_id: placed, content: 'second', timestamp: at(2), deleted: true }),
  originalMessage({ room_id: square, content: 'to the ObjectId', timestamp: at(5) }),
  originalMessage({ room_id: squareId, content: 'to its text', timestamp: at(4), reactions: null }),
  originalMessage({ _id: late, content: 'with the higher id', timestamp: at(7) }),
  originalMessage({ _id: early, content: 'with the lower id', timestamp: at(7), username: undefined }),
];
export const unreadable: [document: Document, reason: string][] = [
  [originalMessage({ timestamp: undefined }), 'timestamp is missing'],
  [originalMessage({ timestamp: 'yesterday', room_id: square }), 'timestamp is not a time'],
  [originalMessage({ content: { text: 'a secret' } }), 'content is not text'],
  [originalMessage({ user_id: undefined }), 'user_id is missing'],
  [originalMessage({ room_id: undefined, content: undefined }), 'room_id is missing'],
  [originalMessage({ reactions: ['👍'] }), 'reactions.0 is not a reaction'],
  [originalMessage({ _id: 'my id' }), '_id is not an ObjectId'],
];
const rooms: Document[] = [
  {
    _id: placed,
    location_id: placed,
    created_at: at(-10).toISOString(),
    settings: { max_users: 1000, rate_limit: 10 },
  },
  { _id: square, name: 'The square', location: { type: 'Point', coordinates: [2.35, 48.85] }, created_at: at(30) },
  { _id: 'quiet', location: { type: 'Point', coordinates: [200, 500] } },
];
export const users: Document[] = [
  {
    _id: 'ada',
    username: 'Ada',
    current_location: { type: 'Point', coordinates: [2.35, 48.85] },
    last_location_update: at(0),
  },
  {
    _id: 'bob',
    username: 'Bob',
    current_location: { type: 'Point', coordinates: [2.35, 48.85] },
    last_location_update: 'once',
  },
  { _id: 'cy', username: 'Cy', current_location: 'at home', last_location_update: at(0) },
  {
    _id: 'dan',
    username: 'Dan',
    current_location: { type: 'Point', coordinates: [2.35, 48.85] },
    last_location_update: at(0).toISOString(),
  },
];
/** A database with all of these documents. */
export const original = () =>
  originalDatabase({ messages: [...unreadable.map(([document]) => document), ...readable], rooms, users });
