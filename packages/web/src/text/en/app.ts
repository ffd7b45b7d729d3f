export const app = {
  name: 'Earshot',
  starting: 'One moment …',
  around: 'Around you',
  noRoomYet: 'No room open',
  noRoomHint: 'Pick a room around you, or start talking right where you are.',
  findingRoom: 'Looking for the room here …',
  language: 'Language',
  theme: 'Appearance',
  themes: { system: 'Automatic', light: 'Light', dark: 'Dark' },
  settings: 'Settings',
  close: 'Close',
  youAre: (name: string) => `You are ${name}`,
  rename: 'Change name',
  changePlace: 'Change place',
  startOver: 'Start over',
  startOverHint: 'Deletes your name, your place and your drafts from this device.',
  startOverLoses: (count: number) =>
    count === 1
      ? 'One message has not been sent yet. It would be lost.'
      : `${count} messages have not been sent yet. They would be lost.`,
  startOverAnyway: 'Start over anyway',
  keepUnsent: 'Keep',
};
