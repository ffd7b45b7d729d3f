/** The texts for the rules of a room, which are loaded with the page for moderators. */
export const roomRules = {
  title: 'Room',
  describe: 'Title and topic',
  roomTitle: 'Title',
  topic: 'Topic',
  save: 'Save',
  saved: 'Saved.',
  owner: 'Only the owner and moderators can change these.',
  terms: 'For the changes below',
  duration: 'Duration',
  reason: 'Reason, shown to everyone in the room (optional)',
  slowMode: 'Slow mode',
  slowModeHint: 'Everyone waits between two messages; moderators don’t.',
  interval: 'Wait between two messages',
  seconds: (seconds: number) => (seconds === 0 ? 'Off' : `one message in ${duration(seconds)}`),
  retention: 'Messages expire',
  retentionHint: 'Older messages are deleted, for everyone, permanently. The whole server may keep them shorter.',
  keep: 'Keep messages for',
  days: (days: number) => (days === 0 ? 'Not in this room' : days === 1 ? '1 day' : `${days} days`),
  set: 'Set',
  lock: 'Joining',
  lockHint: 'A locked room gets no new members. Those who are in it stay.',
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
  done: { slowMode: 'Slow mode is changed.', lock: 'Done.', close: 'Done.', retention: 'Done.' },
};

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`;
}

export type RoomRulesText = typeof roomRules;
