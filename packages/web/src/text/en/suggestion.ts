/** The texts of the suggestion to change the room, which are loaded with it. */
export const suggestion = {
  title: 'You’ve left this area',
  toRoom: (room: string, distance: string) => `“${room}” is closer now, within ${distance}.`,
  toNew: 'There’s no room near you yet.',
  switch: 'Switch',
  open: 'Open a room here',
  switching: 'Switching …',
  stay: 'Stay here',
  draftsKept: 'Your drafts and unsent messages stay in your current room.',
};

export type SuggestionText = typeof suggestion;
