import type { Text } from '../en.ts';

export const room: Text['room'] = {
  joining: 'Beitritt …',
  offline: 'Offline',
  back: 'Zurück',
  leave: 'Verlassen',
  leaveRoom: 'Diesen Raum verlassen',
  leaveQuestion: 'Diesen Raum verlassen?',
  leaveHint:
    'Du wirst hier nicht mehr angezeigt und bekommst keine neuen Nachrichten. Du kannst wieder beitreten: über die Räume in der Nähe oder mit einem Link zu diesem Raum.',
  stayHere: 'Bleiben',
  describe: 'Titel und Thema',
  title: 'Titel',
  topic: 'Thema',
  describeHint: 'Alle, die diesen Raum finden, sehen beides. Ohne Titel heißt er nach seiner Umgebung.',
  peopleHere: (count) => `${count} hier`,
  people: 'Anwesend',
  peopleMore: (count) => (count === 1 ? 'und 1 weitere Person' : `und ${count} weitere`),
  you: 'du',
  rename: 'Namen ändern',
  stay: 'Namen behalten',

  messages: 'Nachrichten',
  olderLoading: 'Ältere Nachrichten werden geladen …',
  offlineHint: 'Die Nachrichten erscheinen, sobald du wieder online bist.',
  olderFailed: 'Ältere Nachrichten konnten nicht geladen werden.',
  tryAgain: 'Erneut versuchen',
  created: 'Raum erstellt:',
  empty: 'Noch keine Nachrichten.',
  emptyHint: 'Schreib die erste!',
  unreadLine: 'Neu',
  newMessages: (count) => (count === 1 ? '1 neue Nachricht' : `${count} neue Nachrichten`),
  newMessagesAndMore: (count) => `${count}+ neue Nachrichten`,
  jumpToNewest: 'Zur neuesten Nachricht',
  announced: (author, content) => `${author}: ${content}`,

  message: (author, time) => `${author}, ${time}`,
  ownMessage: (time) => `Du, ${time}`,
  edited: 'bearbeitet',
  editedAt: (time) => `Bearbeitet: ${time}`,
  deleted: 'Diese Nachricht wurde gelöscht.',
  removed: 'Von der Moderation entfernt.',
  actions: 'Aktionen zur Nachricht',
  react: 'Reagieren',
  edit: 'Bearbeiten',
  delete: 'Löschen',
  more: 'Mehr',
  deleteQuestion: 'Diese Nachricht für alle löschen?',
  keep: 'Behalten',
  save: 'Speichern',
  cancel: 'Abbrechen',
  editHint: 'Eingabetaste speichert, Esc bricht ab',
  editLabel: 'Nachricht bearbeiten',

  pickEmoji: 'Reaktion auswählen',
  otherEmoji: 'Anderes Emoji',
  addEmoji: 'Hinzufügen',
  notOneEmoji: 'Gib genau ein Emoji ein.',
  reactionBy: (emojis, names) => `${emojis}, ${names}`,
  someone: 'jemand',

  sending: 'Wird gesendet',
  rateLimited: 'Das war zu schnell. Der Rest wird automatisch gesendet.',
  waiting: (count, seconds) =>
    `${count === 1 ? 'Eine Nachricht wartet' : `${count} Nachrichten warten`}${seconds > 1 ? `, die nächste wird in ${seconds} Sekunden gesendet` : ''}.`,
  serverBusy:
    'Der Server kann gerade keine Nachrichten annehmen. Sie werden automatisch gesendet, sobald das wieder möglich ist.',
  notSent: 'Nicht gesendet.',
  retrySend: 'Erneut senden',
  dropSend: 'Verwerfen',

  composerLabel: (room) => `Nachricht, ${room}`,
  placeholder: 'Nachricht',
  send: 'Senden',
  tooLong: (count) => `${count} Zeichen zu viel`,
  dismiss: 'Ausblenden',

  typing: (names) => {
    const [first = '', second = ''] = names;
    if (names.length === 1) return `${first} schreibt`;
    if (names.length === 2) return `${first} und ${second} schreiben`;
    if (names.length === 3) return `${first}, ${second} und eine weitere Person schreiben`;
    return `${first}, ${second} und ${names.length - 2} weitere schreiben`;
  },
};
