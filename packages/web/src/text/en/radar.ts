import type { Direction } from '@earshot/shared';

const people = (count: number) => (count === 1 ? '1 person' : `${count} people`);

const directions: Record<Direction, string> = {
  n: 'north',
  ne: 'north-east',
  e: 'east',
  se: 'south-east',
  s: 'south',
  sw: 'south-west',
  w: 'west',
  nw: 'north-west',
};

export const radar = {
  title: 'Rooms nearby',
  radar: 'Radar',
  radarHint: 'Arrow keys: choose a room. Enter: join it.',
  list: 'Rooms, nearest first',
  listLively: 'Rooms, liveliest first',
  order: 'Order of the list',
  orders: { near: 'Nearest', lively: 'Liveliest' },
  range: 'Range',
  accuracyHint: 'North is up. The locations of rooms are only accurate to about half a kilometre.',
  compass: { north: 'N', east: 'E', south: 'S', west: 'W' },
  directions,
  within: (distance: string) => `within ${distance}`,
  withinTo: (distance: string, direction: string) => `within ${distance}, ${direction}`,
  here: (count: number) => (count === 0 ? 'no one here now' : `${people(count)} here`),
  lastMessage: (ago: string) => `last message ${ago}`,
  noMessage: 'no messages yet',
  justNow: 'just now',
  current: 'You’re in this room',
  inArea: (name: string, direction: Direction) => `${name}, ${directions[direction]}`,
  more: (count: number) => `+${count} more in the list`,
  loading: 'Finding rooms …',
  empty: 'No rooms nearby yet',
  emptyHint: (distance: string) => `There are none within ${distance}. Open one here, and people nearby will find it.`,
  create: 'Open a room here',
  join: 'Join nearest room',
  joinLiveliest: 'Join liveliest room nearby',
  createAnother: 'New room here',
  newBlocked: (distance: string) => `There’s already a room within ${distance}, so you can’t open a new one here.`,
  changeLocation: 'Change location',
  showAround: 'What’s being said near you',
};
