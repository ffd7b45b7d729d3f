/** A browser that asks for it is told that the address of a worker is meant as one. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string;
  };
}

declare global {
  var trustedTypes: TrustedTypes | undefined;
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined; // may be made but once

/** Keeps the page's files in the browser, so that it opens without a network, as after a reload in a tunnel. */
export function registerServiceWorker(): void {
  // Vite's own server has other files; and pages over plain http may not.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const worker = '/sw.js';
  policy ??= globalThis.trustedTypes?.createPolicy('earshot', { createScriptURL: () => worker });
  // Where the browser keeps nothing, the page works while there is a network.
  navigator.serviceWorker.register(policy?.createScriptURL(worker) ?? worker).catch(() => {});
}
