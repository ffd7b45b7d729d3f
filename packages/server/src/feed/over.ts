/** What an iterator gives that has no more. One object for all who ask. */
export const over = { done: true, value: undefined } as const;
