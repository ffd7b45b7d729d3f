import type { Text } from '../en.ts';

const words: Text['errors']['words'] = {
  PLACE_DENIED:
    'Diese Seite darf deinen Standort nicht verwenden. Erlaube es in den Einstellungen des Browsers oder wähle selbst einen Ort.',
  PLACE_UNAVAILABLE:
    'Dein Gerät konnte nicht feststellen, wo es ist. Versuch es im Freien noch einmal oder wähle selbst einen Ort.',
  PLACE_TIMEOUT: 'Die Suche nach deinem Ort dauert zu lange. Versuch es noch einmal oder wähle selbst einen Ort.',
  PLACE_UNSUPPORTED: 'Dieser Browser kann deinen Standort auf dieser Seite nicht teilen. Wähle selbst einen Ort.',
  NAME_TAKEN:
    'Jemand anderes in diesem Raum heißt genauso oder sehr ähnlich. Ändere deinen Namen oder bleib: Ihr seid hier zwei verschiedene Personen.',
  NAME_EMPTY: 'Gib zuerst einen Namen ein.',
  NAME_INVISIBLE: 'Dieser Name wäre unsichtbar. Nimm Buchstaben, Ziffern oder Symbole.',
  TOKEN_UNREADABLE: 'Das ist kein Zugangsschlüssel. Kopiere ihn ganz und füge ihn noch einmal ein.',
  TOKEN_TOO_OLD: 'Dieser Zugangsschlüssel ist abgelaufen. Lass dir dort, wo du ihn bekommen hast, einen neuen geben.',
  TOKEN_REFUSED:
    'Der Server nimmt diesen Zugangsschlüssel nicht an. Kopiere ihn ganz oder lass dir einen anderen geben.',
  SERVER_UNREACHABLE:
    'Der Server von Earshot ist nicht erreichbar. Prüf deine Verbindung oder versuch es gleich noch einmal.',
  CONNECTION_LOST: 'Die Verbindung brach ab, bevor eine Antwort kam.',
  ROOM_FULL: 'Dieser Raum ist voll. Erst muss jemand gehen, bevor du hineinkannst.',
  ROOM_NOT_FOUND: 'Diesen Raum gibt es nicht. Vielleicht ist der Link unvollständig.',
  NOT_A_MEMBER: 'Du bist nicht mehr in diesem Raum.',
  RATE_LIMITED: 'Das war viel auf einmal. Warte einen Moment.',
  TOKEN_EXPIRED: 'Dein Zugang ist abgelaufen. Erneuere ihn, dann geht es weiter.',
  TOKEN_INVALID: 'Der Server nimmt deinen Zugang nicht an. Erneuere ihn, dann geht es weiter.',
  UNAUTHENTICATED: 'Der Server weiß nicht, wer du bist. Melde dich noch einmal an, dann geht es weiter.',
  GUESTS_NOT_ALLOWED: 'Dieser Server lässt keine Gäste zu. Du brauchst einen Zugangsschlüssel.',
  ORIGIN_REFUSED:
    'Dieser Server nimmt keine Seiten von dieser Adresse an. Wer ihn betreibt, kann sie in ALLOWED_ORIGINS aufnehmen.',
  HOST_REFUSED:
    'Dieser Server antwortet nicht unter dieser Adresse. Wer ihn betreibt, kann den Namen in ALLOWED_HOSTS aufnehmen.',
  KEYS_UNAVAILABLE: 'Dein Zugang lässt sich gerade nicht prüfen. Versuch es gleich noch einmal.',
  NO_CREDENTIALS: 'Dein Zugang lässt sich gerade nicht prüfen. Versuch es gleich noch einmal.',
  STORE_UNAVAILABLE: 'Nachrichten lassen sich gerade nicht speichern oder lesen. Versuch es gleich noch einmal.',
  BROKER_UNAVAILABLE: 'Die Liste der Anwesenden ist gerade nicht verfügbar. Versuch es gleich noch einmal.',
  SERVER_STOPPING: 'Der Server startet neu. Er ist gleich wieder da.',
  SLOW_CONSUMER: 'Deine Verbindung ist zu langsam, um mitzukommen. Sie wird automatisch neu aufgebaut.',
  TOO_MANY_SOCKETS: 'Von deiner Adresse aus sind zu viele Seiten offen. Schließ einige und versuch es noch einmal.',
  IDENTITY_OVERDUE: 'Die Verbindung war zu lange ohne Anmeldung.',
  TOO_MANY_WATCHES: 'Es sind zu viele Räume auf einmal offen.',
  MESSAGE_TOO_LONG: 'Die Nachricht ist zu lang.',
  FRAME_TOO_LARGE: 'Die Nachricht ist zu lang.',
  MESSAGE_DELETED: 'Die Nachricht wurde gelöscht.',
  MESSAGE_NOT_FOUND: 'Diese Nachricht gibt es nicht mehr.',
  NOT_THE_AUTHOR: 'Nur wer eine Nachricht geschrieben hat, kann sie ändern.',
  TOO_MANY_EMOJI: 'Diese Nachricht kann keine weiteren verschiedenen Emojis aufnehmen. Wähle eines, das sie schon hat.',
  TOO_MANY_OWN_REACTIONS: 'Du kannst auf diese Nachricht nicht öfter reagieren. Nimm zuerst eine Reaktion zurück.',
  OUTBOX_FULL: 'Es warten zu viele Nachrichten aufs Senden. Warte, bis du wieder online bist.',
  INTERNAL: 'Auf dem Server ist etwas schiefgegangen.',
  UNKNOWN: 'Es ist ein unerwarteter Fehler aufgetreten. Lade die Seite neu.',
  NO_SUCH_PROCEDURE: 'Der Server hat sich geändert, seit diese Seite geöffnet wurde. Lade sie neu.',
};

export const errors: Text['errors'] = {
  words,
  rateLimited: (seconds) => `Das war viel auf einmal. Warte ${seconds === 1 ? 'eine Sekunde' : `${seconds} Sekunden`}.`,
  retry: 'Noch einmal versuchen',
  renew: 'Erneuern',
  back: 'Zurück',
  reload: 'Neu laden',
  crashed: 'Auf dieser Seite ist etwas schiefgegangen. Deine Nachrichten sind sicher.',
};
