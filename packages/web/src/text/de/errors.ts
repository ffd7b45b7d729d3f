import type { Text } from '../en.ts';

const messages: Text['errors']['messages'] = {
  LOCATION_DENIED:
    'Diese Seite darf deinen Standort nicht verwenden. Erlaube es in den Einstellungen des Browsers oder wähle einen Ort.',
  LOCATION_UNAVAILABLE:
    'Dein Gerät konnte seinen Standort nicht ermitteln. Versuch es im Freien noch einmal oder wähle einen Ort.',
  LOCATION_TIMEOUT:
    'Dein Standort konnte nicht rechtzeitig ermittelt werden. Versuch es noch einmal oder wähle einen Ort.',
  LOCATION_UNSUPPORTED: 'Dieser Browser kann deinen Standort auf dieser Seite nicht freigeben. Wähle einen Ort.',
  NAME_TAKEN:
    'Jemand anderes in diesem Raum hat den gleichen oder einen ähnlichen Namen. Ändere deinen Namen oder behalte ihn: Ihr werdet als zwei verschiedene Personen angezeigt.',
  NAME_EMPTY: 'Gib zuerst einen Namen ein.',
  NAME_INVISIBLE: 'Dieser Name wäre unsichtbar. Verwende Buchstaben, Ziffern oder Symbole.',
  NAME_RESERVED: 'Dieser Name ist reserviert. Wähle einen anderen.',
  TOKEN_UNREADABLE: 'Das ist kein Zugangsschlüssel. Kopiere ihn vollständig und füge ihn noch einmal ein.',
  TOKEN_TOO_OLD: 'Dieser Zugangsschlüssel ist abgelaufen. Fordere einen neuen an.',
  TOKEN_REFUSED:
    'Der Server akzeptiert diesen Zugangsschlüssel nicht. Kopiere ihn vollständig oder fordere einen neuen an.',
  SERVER_UNREACHABLE: 'Der Server ist nicht erreichbar. Prüf deine Verbindung oder versuch es gleich noch einmal.',
  CONNECTION_LOST: 'Die Verbindung ist abgebrochen, bevor der Server geantwortet hat.',
  ROOM_TOO_FAR:
    'Dieser Raum ist zu weit von deinem letzten Standort entfernt. Du kannst mitlesen, aber noch nicht schreiben.',
  ROOM_FULL: 'Dieser Raum ist voll. Du kannst beitreten, sobald jemand geht.',
  NOT_THE_OWNER: 'Das können nur die Moderation und die Person ändern, die diesen Raum begonnen hat.',
  NOT_ALLOWED: 'Dazu fehlt dir das Recht.',
  TOO_MANY_ROLES: 'Hier können keine weiteren Rollen vergeben werden.',
  TOO_MANY_SANCTIONS: 'In diesem Raum können keine weiteren Personen stummgeschaltet oder gesperrt werden.',
  ROOM_GONE:
    'Dieser Raum wurde entfernt, weil ihn niemand mehr genutzt hat. Du kannst in deiner Nähe einen anderen finden oder einen neuen öffnen.',
  ROOM_NOT_FOUND: 'Diesen Raum gibt es nicht. Vielleicht ist der Link unvollständig.',
  NOT_A_MEMBER: 'Du bist nicht mehr in diesem Raum.',
  RATE_LIMITED: 'Das war zu schnell. Warte einen Moment.',
  TOKEN_EXPIRED: 'Deine Sitzung ist abgelaufen. Melde dich erneut an.',
  TOKEN_INVALID: 'Der Server akzeptiert deine Anmeldung nicht. Melde dich erneut an.',
  TOKEN_REVOKED: 'Du wurdest überall abgemeldet. Melde dich erneut an.',
  UNAUTHENTICATED: 'Du bist nicht mehr angemeldet. Melde dich erneut an.',
  GUESTS_NOT_ALLOWED: 'Dieser Server lässt keine Gäste zu. Du brauchst einen Zugangsschlüssel.',
  ORIGIN_REFUSED:
    'Dieser Server akzeptiert keine Seiten von dieser Adresse. Die Betreiber können sie in ALLOWED_ORIGINS aufnehmen.',
  HOST_REFUSED:
    'Dieser Server akzeptiert keine Anfragen an diese Adresse. Die Betreiber können den Namen in ALLOWED_HOSTS aufnehmen.',
  KEYS_UNAVAILABLE: 'Deine Anmeldung lässt sich gerade nicht prüfen. Versuch es gleich noch einmal.',
  AUTH_UNAVAILABLE: 'Deine Anmeldung lässt sich gerade nicht prüfen. Versuch es gleich noch einmal.',
  NO_CREDENTIALS: 'Deine Anmeldung lässt sich gerade nicht prüfen. Versuch es gleich noch einmal.',
  STORE_UNAVAILABLE: 'Nachrichten lassen sich gerade nicht speichern oder lesen. Versuch es gleich noch einmal.',
  BROKER_UNAVAILABLE: 'Die Liste der Anwesenden ist gerade nicht verfügbar. Versuch es gleich noch einmal.',
  SERVER_STOPPING: 'Der Server startet neu. Er ist gleich wieder da.',
  SLOW_CONSUMER: 'Deine Verbindung ist zu langsam. Sie wird automatisch neu aufgebaut.',
  TOO_MANY_SOCKETS:
    'In deinem Netzwerk sind zu viele Verbindungen offen. Schließ einige Seiten und versuch es noch einmal.',
  IDENTITY_OVERDUE: 'Die Anmeldung hat zu lange gedauert. Versuch es noch einmal.',
  TOO_MANY_WATCHES: 'Es sind zu viele Räume gleichzeitig offen. Schließ einen.',
  MESSAGE_REFUSED: 'Diese Nachricht ist hier nicht erlaubt. Ändere sie und sende sie noch einmal.',
  MESSAGE_HELD: 'Diese Nachricht muss erst freigegeben werden. Danach erscheint sie hier.',
  REPEATED_MESSAGE: 'Das hast du schon in mehreren Räumen geschrieben. Warte einen Moment oder schreib etwas anderes.',
  SCREENING_UNAVAILABLE: 'Nachrichten lassen sich gerade nicht prüfen. Versuch es gleich noch einmal.',
  NAME_REFUSED: 'Dieser Name ist hier nicht erlaubt. Wähle einen anderen.',
  MESSAGE_TOO_LONG: 'Die Nachricht ist zu lang.',
  FRAME_TOO_LARGE: 'Die Nachricht ist zu lang.',
  MESSAGE_DELETED: 'Die Nachricht wurde gelöscht.',
  MESSAGE_NOT_FOUND: 'Diese Nachricht gibt es nicht mehr.',
  NOT_THE_AUTHOR: 'Du kannst nur deine eigenen Nachrichten ändern.',
  TOO_MANY_EMOJI: 'Diese Nachricht hat schon die Höchstzahl verschiedener Emojis. Wähle eines davon.',
  TOO_MANY_OWN_REACTIONS: 'Du kannst auf diese Nachricht nicht öfter reagieren. Entferne zuerst eine Reaktion.',
  OUTBOX_FULL: 'Zu viele ungesendete Nachrichten. Warte, bis du wieder online bist.',
  INTERNAL: 'Auf dem Server ist etwas schiefgegangen.',
  UNKNOWN: 'Es ist ein unerwarteter Fehler aufgetreten. Lade die Seite neu.',
  NO_SUCH_PROCEDURE: 'Der Server hat sich geändert, seit du diese Seite geöffnet hast. Lade sie neu.',
};

/** Codes for which the page in English shows the server's own message. */
const messagesOfServer = {
  ROOM_LOCKED: 'Die Moderation lässt zurzeit niemanden neu in diesen Raum.',
  ROOM_CLOSED: 'Die Moderation hat diesen Raum geschlossen. Du kannst ihn lesen, aber nicht in ihm schreiben.',
  SLOW_MODE: 'Dieser Raum ist im langsamen Modus. Warte etwas, bevor du wieder schreibst oder änderst.',
  SANCTION_NOT_FOUND: 'Diese Maßnahme gilt nicht mehr.',
  REPORT_RESOLVED: 'Diese Meldung ist schon erledigt.',
  REPORT_NOT_FOUND: 'Diese Meldung gibt es nicht, oder andere bearbeiten sie.',
  REPORTS_FULL: 'Zu viele Meldungen warten auf die Moderation. Versuch es später noch einmal.',
  TOO_MANY_BLOCKS: 'Du hast die Höchstzahl von Personen blockiert. Hebe zuerst eine Blockierung auf.',
};

const until = (end: string) => (end === '' ? 'bis auf Weiteres' : `bis ${end}`);
const reasonOf = (reason: string) => (reason === '' ? '' : ` Grund: ${reason}`);

export const errors: Text['errors'] = {
  messages: { ...messages, ...messagesOfServer },
  sanctioned: {
    MUTED: (end, reason) => `Du kannst hier ${until(end)} nicht schreiben.${reasonOf(reason)}`,
    BANNED: (end, reason) => `Du bist hier ${until(end)} gesperrt.${reasonOf(reason)}`,
  },
  rateLimited: (seconds) => `Das war zu schnell. Warte ${seconds === 1 ? 'eine Sekunde' : `${seconds} Sekunden`}.`,
  retry: 'Erneut versuchen',
  renew: 'Anmelden',
  back: 'Zurück',
  reload: 'Neu laden',
  crashed: 'Auf dieser Seite ist etwas schiefgegangen. Deine Nachrichten sind sicher.',
};
