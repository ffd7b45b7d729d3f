export const app = {
  name: 'Earshot',
  starting: 'One moment …',
  nearby: 'Nearby',
  noRoomYet: 'No room open',
  noRoomHint: 'Pick a room nearby, or start one where you are.',
  findingRoom: 'Finding the room …',
  language: 'Language',
  theme: 'Appearance',
  themes: { system: 'Automatic', light: 'Light', dark: 'Dark' },
  settings: 'Settings',
  close: 'Close',
  guest: 'guest',
  youAre: (name: string) => `Signed in as ${name}`,
  rename: 'Change name',
  changeLocation: 'Change location',
  startOver: 'Reset',
  startOverHint: 'Deletes your name, your location and your drafts from this device.',
  startOverLoses: (count: number) =>
    count === 1
      ? 'One message hasn’t been sent yet. It would be lost.'
      : `${count} messages haven’t been sent yet. They would be lost.`,
  startOverAnyway: 'Reset anyway',
  keepUnsent: 'Keep',
};
