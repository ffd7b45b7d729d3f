import type { KeyboardEvent } from 'react';

/** Whether a key belongs to an input method, such as Enter to choose a word. Safari only reports key code 229. */
export const isComposing = ({ nativeEvent }: KeyboardEvent): boolean =>
  nativeEvent.isComposing || nativeEvent.keyCode === 229;
