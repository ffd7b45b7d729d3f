/** The texts of sanctions, which are loaded with the page for moderators. */
export const sanctions = {
  open: 'Mute, ban or kick …',
  sanctionTitle: (name: string) => `Sanction ${name}`,
  kind: 'Sanction',
  choices: {
    mute: 'Mute: can read, but not write',
    ban: 'Ban: can neither read nor write',
    kick: 'Kick: leaves the room, and can join again after a minute',
  },
  submit: { mute: 'Mute', ban: 'Ban', kick: 'Kick' },
  where: 'Where',
  places: { room: 'In this room', area: 'In all rooms of the area', server: 'On the whole server' },
  duration: 'Duration',
  durations: { hour: '1 hour', day: '1 day', week: '7 days', month: '30 days', open: 'Until it is lifted' },
  menuHint: 'As a moderator of this room you can also:',
  cancel: 'Cancel',
  removeToo: 'Also remove the message',
  remove: 'Remove this message …',
  removeHint: 'Everyone then sees only that a moderator removed it. That can’t be undone.',
  removeReason: 'Reason, for the audit log (optional)',
  removeSubmit: 'Remove',
  removed: 'The message is removed.',
  sanctioned: 'Done.',
  reasonLabel: 'Reason, shown to this person (optional)',

  title: 'Sanctions',
  none: 'No sanctions are in force here.',
  kinds: { mute: 'Muted', ban: 'Banned', slowMode: 'Slow mode', lock: 'Locked', close: 'Closed' },
  subjects: { user: 'a user', address: 'an address', device: 'a device', room: 'the room' },
  interval: (seconds: number) => `one message in ${seconds} s`,
  reason: (reason: string) => `Reason: ${reason}`,
  by: (name: string, time: string) => `By ${name}, ${time}`,
  until: (time: string) => `Until ${time}`,
  lift: 'Lift',
  lifted: (sanction: string) => `Lifted: ${sanction}.`,
};

export type SanctionsText = typeof sanctions;
