const mutedIn = { room: 'this room', area: 'the rooms of this area', server: 'any room' };

/** The texts about blocking, reporting and mutes, which are loaded with them. */
export const safety = {
  block: 'Block',
  unblock: 'Unblock',
  blockHint: 'You won’t see anything from this person any more, in any room. They aren’t told.',
  blocked: 'You blocked this person. You don’t see anything from them.',
  report: 'Report',
  reportMessage: 'Report this message',
  reportPerson: 'Report this person',
  reportHint: 'Moderators see what you report, and that you reported it. The person isn’t told.',
  reason: 'What’s wrong?',
  reasons: {
    spam: 'Spam or advertising',
    harassment: 'Harassment or threats',
    hate: 'Hate',
    sexual: 'Sexual content',
    violence: 'Violence',
    danger: 'Someone is in danger',
    other: 'Something else',
  },
  note: 'Note for the moderators (optional)',
  send: 'Send report',
  sent: 'Thank you. A moderator will look at it.',
  cancel: 'Cancel',
  moderate: 'Moderation',

  muted: (scope: 'room' | 'area' | 'server', end: string) =>
    `You can’t write in ${mutedIn[scope]} until ${end || 'a moderator lifts this'}.`,
  reasonGiven: (reason: string) => `Reason: ${reason}`,
  mutedHint: 'You can still read here. What you’ve written is kept.',
  unmuted: 'You can write here again.',
  bannedTitle: 'You’re banned from this server',
  bannedUntil: (end: string) => `The ban lasts until ${end || 'a moderator lifts it'}.`,
  bannedHint:
    'When the ban ends, this page continues automatically. If you think it’s a mistake, contact the people who run this server.',
};

export type SafetyText = typeof safety;
