import { pageSettingsPath } from '@earshot/shared';
import { type ComponentType, lazy } from 'react';

const reloadedKey = 'earshot.reloaded';
/** Minimum milliseconds between two automatic reloads, which prevents a reload loop. */
const reloadPauseMs = 60_000;

/**
 * A component that is loaded when it is first shown. A browser caches a failed module load and never retries it, so the
 * whole page reloads once the server answers. Otherwise the error is thrown during rendering.
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
    return false; // without access to storage, reloads could loop forever
  }
}

function serverAnswers(): Promise<boolean> {
  return fetch(pageSettingsPath, { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );
}
