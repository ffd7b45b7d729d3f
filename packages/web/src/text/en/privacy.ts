/** The texts about privacy and own data, which are loaded with them. */
export const privacy = {
  title: 'Privacy and data',
  loading: 'Loading …',

  nameTitle: 'Who sees my name',
  nameHint:
    'Where your name isn’t listed, you’re only counted among the people here. Your messages always have your name.',
  choices: {
    everywhere: 'Listed in all rooms',
    notHere: 'Listed in all rooms except this one',
    onlyHere: 'Listed only in this room',
    nowhere: 'Not listed in any room',
  },
  exceptions: (count: number) =>
    count === 1 ? 'One other room has a different setting.' : `${count} other rooms have a different setting.`,
  saved: 'Saved.',

  blockedTitle: 'Blocked people',
  noneBlocked:
    'You haven’t blocked anyone. To block someone, open the list of people in a room, or “More” at one of their messages.',
  unknownName: 'Name unknown',
  unblock: 'Unblock',
  unblockName: (name: string) => `Unblock ${name}`,
  unblocked: (name: string) => `You’ll see ${name} again.`,

  sessionsTitle: 'My devices',
  signOutHint: 'Ends all your sessions: on this device, and everywhere else where you’re signed in.',
  signOut: 'Sign out everywhere …',
  signOutQuestion:
    'Sign out on all devices, including this one? Drafts and unsent messages on this device are kept until you sign in again.',
  guestSignOutQuestion:
    'Sign out on all devices, including this one? Guests can’t come back: you’ll be a new guest afterwards. Drafts and unsent messages on this device are deleted.',
  staySignedIn: 'Stay signed in',
  signOutAnyway: 'Sign out everywhere',

  dataTitle: 'My data',
  exportHint: 'A file with everything that the server stores about you.',
  export: 'Download my data',
  exporting: (count: number) => (count === 1 ? '1 entry so far …' : `${count} entries so far …`),
  exported: 'Your download is ready.',
  fileName: 'my-earshot-data.json',
  cancel: 'Cancel',
  eraseHint: 'Deletes your messages in all rooms, and everything else that the server stores about you.',
  erase: 'Erase everything about me …',
  eraseQuestion: 'Erase everything about you? This can’t be undone. You’ll be signed out on all devices.',
  keep: 'Keep',
  eraseAnyway: 'Erase everything',
  erasing: 'Your data is being erased. This takes at most a few minutes. You don’t have to wait.',
  close: 'Close',
};

export type PrivacyText = typeof privacy;
