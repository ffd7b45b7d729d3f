import type { Text } from '../en.ts';

const waiting = (count: number) =>
  count === 0 ? '' : count === 1 ? ' Eine Nachricht wartet.' : ` ${count} Nachrichten warten.`;

export const connection: Text['connection'] = {
  connecting: 'Verbindung wird aufgebaut …',
  offline: (count) => `Du bist offline.${waiting(count)}`,
  offlineHint: 'Schreib weiter: Deine Nachrichten werden automatisch gesendet.',
  nextTry: (seconds) => `Nächster Versuch in ${seconds} s`,
  trying: 'Neuer Versuch …',
  tryNow: 'Jetzt erneut versuchen',
  back: 'Du bist wieder online.',
};
