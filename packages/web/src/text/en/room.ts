export const room = {
  joining: 'Joining the room …',
  offline: 'Offline',
  back: 'Back',
  leave: 'Leave',
  leaveRoom: 'Leave this room',
  leaveQuestion: 'Leave this room?',
  leaveHint:
    'You’ll no longer be listed here or get new messages. You can join again from the rooms nearby, or with a link to this room.',
  stayHere: 'Stay',
  describe: 'Title and topic',
  title: 'Title',
  topic: 'Topic',
  describeHint: 'Everyone who finds this room sees them. Without a title, the room is named after its surroundings.',
  peopleHere: (count: number) => (count === 1 ? '1 here' : `${count} here`),
  people: 'People here',
  peopleMore: (count: number) => (count === 1 ? 'and 1 more' : `and ${count} more`),
  you: 'you',
  rename: 'Change name',
  stay: 'Keep name',

  messages: 'Messages',
  olderLoading: 'Loading older messages …',
  offlineHint: 'Messages will appear when you’re online again.',
  olderFailed: 'Couldn’t load older messages.',
  tryAgain: 'Try again',
  created: 'Room created:',
  empty: 'No messages yet.',
  emptyHint: 'Say hello: people nearby will see it.',
  unreadLine: 'New',
  newMessages: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  newMessagesAndMore: (count: number) => `${count}+ new messages`,
  jumpToNewest: 'Jump to newest',
  announced: (author: string, content: string) => `${author}: ${content}`,

  message: (author: string, time: string) => `${author}, ${time}`,
  ownMessage: (time: string) => `You, ${time}`,
  edited: 'edited',
  editedAt: (time: string) => `Edited ${time}`,
  deleted: 'This message was deleted.',
  removed: 'Removed by a moderator.',
  actions: 'Message actions',
  react: 'React',
  edit: 'Edit',
  delete: 'Delete',
  more: 'More',
  deleteQuestion: 'Delete this message for everyone?',
  keep: 'Keep',
  save: 'Save',
  cancel: 'Cancel',
  editHint: 'Enter saves, Esc cancels',
  editLabel: 'Edit message',

  pickEmoji: 'Pick a reaction',
  otherEmoji: 'Another emoji',
  addEmoji: 'Add',
  notOneEmoji: 'Enter a single emoji.',
  reactionBy: (emojis: string, names: string) => `${emojis}, ${names}`,
  someone: 'someone',

  sending: 'Sending',
  rateLimited: 'You’re doing that too fast. The rest is sent automatically.',
  waiting: (count: number, seconds: number) =>
    `${count === 1 ? 'One message is waiting' : `${count} messages are waiting`}${seconds > 1 ? `, the next is sent in ${seconds} seconds` : ''}.`,
  serverBusy: 'The server can’t accept messages right now. They are sent automatically as soon as it can.',
  notSent: 'Not sent.',
  retrySend: 'Send again',
  dropSend: 'Discard',

  composerLabel: (room: string) => `Message, ${room}`,
  placeholder: 'Message',
  send: 'Send',
  tooLong: (count: number) => (count === 1 ? '1 character too many' : `${count} characters too many`),
  dismiss: 'Dismiss',

  typing: (names: readonly string[]) => {
    const [first = '', second = ''] = names;
    if (names.length === 1) return `${first} is typing`;
    if (names.length === 2) return `${first} and ${second} are typing`;
    if (names.length === 3) return `${first}, ${second} and one more are typing`;
    return `${first}, ${second} and ${names.length - 2} more are typing`;
  },
};
