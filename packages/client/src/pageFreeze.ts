interface FreezeListeners {
  freeze(): void;
  resume(): void;
}

/**
 * Calls back before a browser freezes the page, and when the page runs on: a frozen page keeps its connections, and can't give
 * any of them up. Does nothing outside browsers. Returns the function that ends this.
 */
export function onPageFreeze(
  { freeze, resume }: FreezeListeners,
  document: EventTarget | undefined = globalThis.document,
): () => void {
  document?.addEventListener('freeze', freeze);
  document?.addEventListener('resume', resume);
  return () => {
    document?.removeEventListener('freeze', freeze);
    document?.removeEventListener('resume', resume);
  };
}
