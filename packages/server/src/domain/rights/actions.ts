interface ActionEntry {
  /** What it is, for the documentation. */
  label: string;
  /**
   * Whether it adds something of the caller to a room. Rules of the room, mutes and the limit of the travel speed restrict only such
   * actions: everybody may take back what they wrote, and leave.
   */
  isWrite?: true;
}

/** What users can do. Every procedure, and every frame and route of legacy clients, performs at least one of these actions. */
export const actions = {
  getGuestToken: { label: 'get a guest token' },
  authenticate: { label: 'authenticate' },
  renewIdentity: { label: 'renew the identity of a connection' },
  signOutEverywhere: { label: 'end all own sessions' },
  readSession: { label: 'read the own identity' },
  exportOwnData: { label: 'read everything about oneself' },
  readOwnMessages: { label: 'list the own messages' },
  eraseOwnData: { label: 'erase everything about oneself' },
  readErasure: { label: 'read the state of an erasure' },
  searchPlaces: { label: 'search places by name' },
  findRooms: { label: 'find rooms nearby' },
  watchNeighbourhood: { label: 'watch the messages of all rooms around' },
  updateLocation: { label: 'store the own location' },
  readPrivacy: { label: 'read the own privacy settings' },
  changePrivacy: { label: 'change the own privacy settings: blocks, and where one is listed by name' },
  enterNearest: { label: 'join the nearest room, or make one' },
  readRoom: { label: 'read the name and the number of users of a room' },
  joinRoom: { label: 'join a room' },
  leaveRoom: { label: 'leave a room' },
  watchRoom: { label: 'watch a room' },
  readHistory: { label: 'read the messages of a room' },
  readHistoryByName: { label: 'read the messages of a room by its name (legacy clients)' },
  readOwnReactions: { label: 'read the own reactions' },
  listPresence: { label: 'list the users present' },
  sendTyping: { label: 'show that one is typing', isWrite: true },
  sendMessage: { label: 'send a message', isWrite: true },
  reactToMessage: { label: 'react to a message', isWrite: true },
  editMessage: { label: 'edit a message', isWrite: true },
  deleteMessage: { label: 'delete a message' },
  describeRoom: { label: 'set the title and the topic of a room', isWrite: true },
  readOwnRole: { label: 'see the own role' },
  listRoles: { label: 'list the roles that were granted' },
  grantRole: { label: 'grant a role that is weaker than the own' },
  withdrawRole: { label: 'withdraw a role' },
  removeMessage: { label: 'remove the message of another user' },
  muteUser: { label: 'mute a user' },
  banUser: { label: 'ban a user' },
  kickUser: { label: 'kick a user' },
  liftSanction: { label: 'lift a sanction' },
  listSanctions: { label: 'list the sanctions' },
  setSlowMode: { label: 'set slow mode' },
  setRetention: { label: 'set for how long messages are kept' },
  lockRoom: { label: 'lock a room' },
  closeRoom: { label: 'close a room' },
  fileReport: { label: 'report a message or a user' },
  readOwnReports: { label: 'see the state of the own reports' },
  readOwnSanctions: { label: 'list the own sanctions' },
  listReports: { label: 'list the reports' },
  resolveReport: { label: 'resolve a report' },
  readAudit: { label: 'read the audit log' },
  readUsers: { label: 'find users, and see what is known about them there' },
} as const satisfies Record<string, ActionEntry>;

export type Action = keyof typeof actions;

const isAction = (name: string): name is Action => Object.hasOwn(actions, name);

export const actionNames: readonly Action[] = Object.keys(actions).filter(isAction);

/** Whether the action adds something of the caller to a room. */
export const isWrite = (action: Action): boolean => 'isWrite' in actions[action];
