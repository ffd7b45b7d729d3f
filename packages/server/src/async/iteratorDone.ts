/** The result of an exhausted iterator. One object shared by all iterators. */
export const iteratorDone = { done: true, value: undefined } as const;
