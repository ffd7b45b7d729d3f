import { type ComponentType, lazy } from 'react';

const reloadedKey = 'earshot.reloaded';
/** Milliseconds that a page must have lived before it may be loaded anew a second time: reloading must not go round in circles. */
const reloadPauseMs = 60_000;

/**
 * A part of the page that is loaded when it is first shown. A browser remembers that a module failed to load, and never
 * asks for it again: once the server answers, the whole page is loaded anew. Otherwise the error is thrown in rendering.
 */
export function lazyComponent<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch (error) {
      if (!mayReload() || !(await serverAnswers())) throw error;
      sessionStorage.setItem(reloadedKey, 'true');
      location.reload();
      return new Promise<never>(() => {});
    }
  });
}

function mayReload(): boolean {
  try {
    return sessionStorage.getItem(reloadedKey) === null || performance.now() > reloadPauseMs;
  } catch {
    return false; // without access to the storage, reloading might never end
  }
}

function serverAnswers(): Promise<boolean> {
  return fetch('/page.json', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );
}
