// The documents of jobs that one instance does at a time.

/** A user whose data is being erased, or was erased lately. `_id` is a hash of the user id. */
export interface ErasureDocument {
  _id: string;
  /** Missing once it is finished, like `pseudonym` and `due_at`. */
  user_id?: string;
  pseudonym?: string;
  requested_at: Date;
  passes: number;
  due_at?: Date;
  finished_at?: Date;
}

/** A sweep that deletes expired messages. `_id` is its name. */
export interface SweepDocument {
  _id: string;
  after_room: string | null;
  due_at: Date;
}
