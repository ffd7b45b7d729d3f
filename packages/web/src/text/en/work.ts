/** The texts of the proof of work that a new guest gives. */
export const work = {
  explanation: 'To keep out spam, your device solves a small puzzle for this server first.',
  progress: 'Progress of the puzzle',
  cancel: 'Cancel',
};

export type WorkText = typeof work;
