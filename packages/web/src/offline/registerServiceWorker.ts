/** Browsers with Trusted Types require that the URL of a worker is created by a policy. */
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

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined; // may be created only once

/** Caches the page's files in the browser, so that the page opens without a network. */
export function registerServiceWorker(): void {
  // Vite's dev server serves other files, and pages over plain HTTP may not register a worker.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const worker = '/sw.js';
  policy ??= globalThis.trustedTypes?.createPolicy('earshot', { createScriptURL: () => worker });
  // Without the cache, the page works while there is a network.
  navigator.serviceWorker.register(policy?.createScriptURL(worker) ?? worker).catch(() => {});
}
