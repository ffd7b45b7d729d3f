export interface Answer {
  id: number;
  ok: boolean;
}

/** The client's end of a connection, as a protocol uses it. */
export interface Caller {
  /** Sends the frame that `frame` creates for a new id. Resolves with a copy of the payload that answers it. */
  call(frame: (id: number) => string): Promise<Buffer>;
  send(text: string): void;
}

/** The protocol that a system speaks over its WebSocket. */
export interface Protocol {
  /** The path of the upgrade request. */
  path: string;
  /** Keep-alive texts of the server, with the answer to each. */
  beats: ReadonlyMap<string, string>;
  /** Parses the first 64 characters of a frame: the call that it answers, or null. */
  answer(head: string): Answer | null;
  /** Identifies the user; resolves when calls may follow. */
  greet(link: Caller, name: string): Promise<void>;
  /** Creates the room of this number, to which the caller may send; resolves with its id. */
  makeRoom(link: Caller, number: number): Promise<string>;
  /** Makes the caller a member of a room, so that it may send and watch. */
  join(link: Caller, roomId: string): Promise<void>;
  /** Resolves when the watch has started. `after`: the id of the event after which it resumes, where the system has such ids. */
  watch(link: Caller, roomId: string, after?: string): Promise<void>;
  /** Resolves when the server has acknowledged the message. */
  send(link: Caller, roomId: string, content: string): Promise<void>;
}
