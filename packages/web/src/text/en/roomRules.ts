/** The texts for the rules of a room, which are loaded with the page for moderators. */
export const roomRules = {
  title: 'Room',
  describe: 'Title and topic',
  roomTitle: 'Title',
  topic: 'Topic',
  save: 'Save',
  saved: 'Saved.',
  owner: 'Only the owner and moderators can change these.',
  terms: 'For slow mode, joining and writing',
  duration: 'Duration',
  reason: 'Reason, shown to everyone it concerns (optional)',
  slowMode: 'Slow mode',
  slowModeHint: 'Everyone except moderators waits between two messages.',
  interval: 'Wait between two messages',
  seconds: (seconds: number) => (seconds === 0 ? 'Off' : `one message in ${duration(seconds)}`),
  retention: 'Messages expire',
  retentionHint:
    'Older messages are deleted permanently, for everyone. The server may keep messages for a shorter time.',
  keep: 'Keep messages for',
  retentionReason: 'Reason, for other moderators (optional)',
  days: (days: number) => (days === 0 ? 'No limit in this room' : days === 1 ? '1 day' : `${days} days`),
  set: 'Set',
  lock: 'Joining',
  lockHint: 'A locked room gets no new members, and others can’t read it. Those who are in it stay.',
  locked: 'Locked: no one new can join',
  unlocked: 'Open: everyone can join',
  lockIt: 'Lock',
  unlockIt: 'Unlock',
  close: 'Writing',
  closeHint: 'In a closed room only moderators write.',
  closed: 'Closed: only moderators write',
  opened: 'Open: members write',
  closeIt: 'Close',
  reopenIt: 'Reopen',
  until: (time: string) => `until ${time}`,
  by: (name: string) => `by ${name}`,
  reasonIs: (reason: string) => `Reason: ${reason}`,
  done: { slowMode: 'Slow mode changed.', lock: 'Done.', close: 'Done.', retention: 'Done.' },
};

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`;
}

export type RoomRulesText = typeof roomRules;
