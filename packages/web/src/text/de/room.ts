import type { Text } from '../en.ts';

export const room: Text['room'] = {
  joining: 'Raum wird betreten …',
  offline: 'Offline',
  back: 'Zurück',
  leave: 'Verlassen',
  leaveRoom: 'Diesen Raum verlassen',
  leaveQuestion: 'Diesen Raum verlassen?',
  leaveHint:
    'Du wirst hier nicht mehr angezeigt und bekommst nichts Neues mehr mit. Du kannst zurückkommen, solange der Raum in deiner Nähe ist.',
  stayHere: 'Bleiben',
  peopleHere: (count) => `${count} hier`,
  people: 'Wer hier ist',
  peopleMore: (count) => (count === 1 ? 'und 1 weitere Person' : `und ${count} weitere`),
  you: 'du',
  lookalike: 'Sieht aus wie ein anderer Name hier',
  close: 'Schließen',
  rename: 'Namen ändern',
  stay: 'So bleiben',

  messages: 'Nachrichten',
  olderLoading: 'Ältere Nachrichten werden geladen …',
  unseen: 'Die Nachrichten erscheinen, wenn du wieder online bist.',
  olderFailed: 'Ältere Nachrichten konnten nicht geladen werden.',
  tryAgain: 'Noch einmal',
  beginning: 'Hier beginnt der Raum.',
  empty: 'Noch hat niemand etwas gesagt.',
  emptyHint: 'Sag Hallo: Wer in der Nähe ist, hört es.',
  unreadLine: 'Neu',
  newMessages: (count) => (count === 1 ? '1 neue Nachricht' : `${count} neue Nachrichten`),
  newMessagesAndMore: (count) => `${count}+ neue Nachrichten`,
  jumpToNewest: 'Zur neuesten',
  announced: (author, words) => `${author}: ${words}`,

  message: (author, time) => `${author}, ${time}`,
  ownMessage: (time) => `Du, ${time}`,
  edited: 'bearbeitet',
  editedAt: (time) => `Bearbeitet: ${time}`,
  deleted: 'Diese Nachricht wurde gelöscht.',
  actions: 'Aktionen zur Nachricht',
  react: 'Reagieren',
  edit: 'Bearbeiten',
  delete: 'Löschen',
  deleteQuestion: 'Diese Nachricht für alle löschen?',
  keep: 'Behalten',
  save: 'Speichern',
  cancel: 'Abbrechen',
  editHint: 'Enter speichert, Esc bricht ab',
  editLabel: 'Nachricht bearbeiten',

  pickEmoji: 'Reaktion auswählen',
  otherEmoji: 'Anderes Emoji',
  addEmoji: 'Hinzufügen',
  notOneEmoji: 'Bitte genau ein Emoji.',
  reactionBy: (emojis, names) => `${emojis}, ${names}`,
  somebody: 'jemand',

  sending: 'Wird gesendet',
  tooMuch: 'Das war viel auf einmal. Der Rest wird automatisch gesendet.',
  goesOut: (count, seconds) =>
    `${count === 1 ? 'Eine Nachricht wartet' : `${count} Nachrichten warten`}${seconds > 1 ? `, die nächste wird in ${seconds} Sekunden gesendet` : ''}.`,
  notTaken:
    'Der Server kann gerade keine Nachrichten annehmen. Sie werden automatisch gesendet, sobald es wieder geht.',
  notSent: 'Nicht gesendet.',
  retrySend: 'Noch einmal senden',
  dropSend: 'Verwerfen',

  composerLabel: (room) => `Nachricht, ${room}`,
  placeholder: 'Nachricht',
  send: 'Senden',
  left: (count) => `noch ${count} Zeichen`,
  over: (count) => `${count} Zeichen zu viel`,
  dismiss: 'Ausblenden',

  typing: (names) => {
    const [first = '', second = ''] = names;
    if (names.length === 1) return `${first} schreibt`;
    if (names.length === 2) return `${first} und ${second} schreiben`;
    if (names.length === 3) return `${first}, ${second} und eine weitere Person schreiben`;
    return `${first}, ${second} und ${names.length - 2} weitere schreiben`;
  },
};
