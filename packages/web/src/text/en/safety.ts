/** The texts about reporting, which are loaded with them. */
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
};

export type SafetyText = typeof safety;
