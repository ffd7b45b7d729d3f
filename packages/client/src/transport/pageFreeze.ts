interface FreezeListeners {
  freeze(): void;
  resume(): void;
}

/**
 * Calls back before a browser freezes the page, and when the page resumes. A frozen page keeps its connections and can't
 * close them. Does nothing outside browsers. Returns a function that unsubscribes.
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
