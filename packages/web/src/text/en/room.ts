export const room = {
  joining: 'Joining the room …',
  offline: 'Offline',
  back: 'Back',
  leave: 'Leave',
  leaveRoom: 'Leave this room',
  leaveQuestion: 'Leave this room?',
  leaveHint:
    'You’re no longer listed here and get no new messages. You can come back as long as the room is around you.',
  stayHere: 'Stay',
  peopleHere: (count: number) => (count === 1 ? '1 here' : `${count} here`),
  people: 'People here',
  peopleMore: (count: number) => (count === 1 ? 'and 1 more' : `and ${count} more`),
  you: 'you',
  lookalike: 'Looks like another name here',
  close: 'Close',
  rename: 'Change name',
  stay: 'Stay as you are',

  messages: 'Messages',
  olderLoading: 'Loading older messages …',
  unseen: 'The messages appear when you are online again.',
  olderFailed: 'Older messages could not be loaded.',
  tryAgain: 'Try again',
  beginning: 'The room begins here.',
  empty: 'Nobody has said anything yet.',
  emptyHint: 'Say hello: people near here will hear it.',
  unreadLine: 'New',
  newMessages: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  newMessagesAndMore: (count: number) => `${count}+ new messages`,
  jumpToNewest: 'Jump to newest',
  announced: (author: string, words: string) => `${author}: ${words}`,

  message: (author: string, time: string) => `${author}, ${time}`,
  ownMessage: (time: string) => `You, ${time}`,
  edited: 'edited',
  editedAt: (time: string) => `Edited ${time}`,
  deleted: 'This message was deleted.',
  actions: 'Message actions',
  react: 'React',
  edit: 'Edit',
  delete: 'Delete',
  deleteQuestion: 'Delete this message for everybody?',
  keep: 'Keep',
  save: 'Save',
  cancel: 'Cancel',
  editHint: 'Enter saves, Esc cancels',
  editLabel: 'Edit message',

  pickEmoji: 'Pick a reaction',
  otherEmoji: 'Another emoji',
  addEmoji: 'Add',
  notOneEmoji: 'One emoji, please.',
  reactionBy: (emojis: string, names: string) => `${emojis}, ${names}`,
  somebody: 'somebody',

  sending: 'Sending',
  tooMuch: 'That was a lot at once. The rest goes out by itself.',
  goesOut: (count: number, seconds: number) =>
    `${count === 1 ? 'One message is waiting' : `${count} messages are waiting`}${seconds > 1 ? `, the next is sent in ${seconds} seconds` : ''}.`,
  notTaken: 'The server can’t take messages right now. They go out by themselves as soon as it can.',
  notSent: 'Not sent.',
  retrySend: 'Send again',
  dropSend: 'Discard',

  composerLabel: (room: string) => `Message, ${room}`,
  placeholder: 'Message',
  send: 'Send',
  left: (count: number) => (count === 1 ? '1 character left' : `${count} characters left`),
  over: (count: number) => (count === 1 ? '1 character too many' : `${count} characters too many`),
  dismiss: 'Dismiss',

  typing: (names: readonly string[]) => {
    const [first = '', second = ''] = names;
    if (names.length === 1) return `${first} is writing`;
    if (names.length === 2) return `${first} and ${second} are writing`;
    if (names.length === 3) return `${first}, ${second} and one more are writing`;
    return `${first}, ${second} and ${names.length - 2} more are writing`;
  },
};
