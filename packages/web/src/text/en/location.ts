export const location = {
  map: 'Map',
  mapOf: 'Map:',
  suggestion: {
    title: 'You’ve left this area',
    toRoom: (room: string, distance: string) => `“${room}” is closer now, within ${distance}.`,
    toNew: 'There’s no room near you yet.',
    switch: 'Switch',
    open: 'Open a room here',
    switching: 'Switching …',
    stay: 'Stay here',
    draftsKept: 'Your drafts and unsent messages stay in your current room.',
  },
};
