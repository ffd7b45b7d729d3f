import { stored } from './stored.ts';

const storedDevice = stored<string | null>('earshot.device', (value) =>
  typeof value === 'string' && /^[0-9a-z]{16,64}$/.test(value) ? value : null,
);

/**
 * The random id of this browser, made when it is needed first. It goes to the server with the name of a guest, and to nobody else: sanctions of
 * a guest hold for the next guest in this browser. It lasts until the user clears the data of the site.
 */
export function deviceId(): string {
  const id = storedDevice.get() ?? randomText();
  storedDevice.set(id);
  return id;
}

/** A random text of 32 characters. */
export function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(36).padStart(2, '0')).join('');
}
