import { expect, test } from 'vitest';
import { hashOf, roomIn } from './route.ts';

test.each(['64fe0c', 'a/b c', '40.7128_-74.0060', 'Straße #1 ?x=ü', '..', '%'])(
  '%j is written to an address and read back',
  (id) => {
    expect(roomIn(hashOf(id))).toBe(id);
    expect(new URL(hashOf(id), 'https://chat.example').hash).toBe(hashOf(id));
  },
);

test.each(['', '#', '#/', '#/room/', '#/room/a/b', '#/room/%', '#token=abc', '#/around'])(
  '%j names no room',
  (hash) => {
    expect(roomIn(hash)).toBeNull();
  },
);
