import type { Location } from '@earshot/client';

// The content of the screenshots: an early evening by the river, the same in every run.

/** The visitor's location. */
export const place: Location = { latitude: 52.5215, longitude: 13.3965 };

/** The visitor's local time: six minutes past six on a Saturday in June. */
export const timezoneId = 'Europe/Berlin';
export const now = Date.parse('2026-06-20T18:06:00+02:00');

/** The user of the page. */
export const visitor = 'Mira';

export const idOf = (username: string): string => `id-${username}`;

interface SceneRoom {
  /** The room's location, in metres from the visitor. */
  north: number;
  east: number;
  here: number;
  /** Minutes since the last message. */
  minutesAgo: number;
}

/** The other nearby rooms. */
export const roomsAround: readonly SceneRoom[] = [
  { north: 900, east: 700, here: 3, minutesAgo: 4 },
  { north: -1_300, east: 500, here: 9, minutesAgo: 1 },
  { north: 350, east: -1_900, here: 2, minutesAgo: 26 },
  { north: 2_600, east: -900, here: 5, minutesAgo: 12 },
  { north: -900, east: 2_700, here: 14, minutesAgo: 2 },
  { north: -2_900, east: -1_700, here: 0, minutesAgo: 190 },
  { north: 2_300, east: 3_300, here: 1, minutesAgo: 55 },
  { north: -300, east: -3_900, here: 4, minutesAgo: 8 },
];

interface SceneMessage {
  by: string;
  /** The time: `17:50` on that day, or `yesterday 17:50`. */
  at: string;
  text: string;
  /** The content after an edit. */
  edited?: string;
  reactions?: Readonly<Record<string, readonly string[]>>;
}

/** The messages of the visitor's room. */
export const sceneMessages: readonly SceneMessage[] = [
  { by: 'Jonas', at: 'yesterday 19:41', text: 'Why is the bridge by the museum closed?' },
  {
    by: 'Leïla',
    at: 'yesterday 19:43',
    text: 'They are filming something. A man with a megaphone sent me the long way round.',
  },
  {
    by: 'Leïla',
    at: 'yesterday 19:43',
    text: 'Open again at nine, he says',
    reactions: { '👍': ['Jonas', 'Mira', 'Noa'] },
  },
  { by: 'Noa', at: '17:48', text: 'מישהו יודע מתי מתחילה ההופעה?' },
  {
    by: 'Tomás',
    at: '17:50',
    text: 'Half past six, on the stage by the fountain. Programme: https://example.org/music-by-the-river',
    reactions: { '🎸': ['Noa', 'Leïla', 'Amara', 'Mira'], '🙏': ['Noa'] },
  },
  { by: 'Mira', at: '17:52', text: 'I have a blanket and far too many cherries' },
  {
    by: 'Mira',
    at: '17:53',
    text: 'Looking for the shade, left of the stage',
    edited: 'We are in the shade, left of the stage. Come and sit with us!',
    reactions: { '🍒': ['Amara', 'Tomás'], '❤️': ['Leïla'] },
  },
  { by: 'Amara', at: '17:58', text: 'On my way, ten minutes' },
  { by: 'Amara', at: '17:58', text: 'Does anybody need water?' },
  { by: 'Jonas', at: '18:01', text: 'Yes please, two bottles. The queue at the kiosk goes once around the fountain.' },
  { by: 'Noa', at: '18:04', text: '🎉' },
];

/** A message that stays unacknowledged while the screenshots are taken. */
export const pending = 'Keep me one, I am waving with a red hat';

export const typing = 'Leïla';

export function timeOf({ at }: SceneMessage): number {
  const [clock = '', day] = at.split(' ').toReversed();
  return Date.parse(`${day === 'yesterday' ? '2026-06-19' : '2026-06-20'}T${clock}:00+02:00`);
}

/** The location that many metres north and east of the visitor. */
export function at({ north, east }: { north: number; east: number }): Location {
  const metresPerDegree = 111_195;
  return {
    latitude: place.latitude + north / metresPerDegree,
    longitude: place.longitude + east / (metresPerDegree * Math.cos((place.latitude * Math.PI) / 180)),
  };
}
