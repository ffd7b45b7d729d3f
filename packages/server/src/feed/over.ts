/** The result of an exhausted iterator. One object shared by all iterators. */
export const over = { done: true, value: undefined } as const;
