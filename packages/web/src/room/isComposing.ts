import type { KeyboardEvent } from 'react';

/** Whether a key belongs to an input method, as when Enter picks a word. Safari tells so by the key code 229 alone. */
export const isComposing = ({ nativeEvent }: KeyboardEvent): boolean =>
  nativeEvent.isComposing || nativeEvent.keyCode === 229;
