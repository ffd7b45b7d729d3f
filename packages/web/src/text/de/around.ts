import type { AroundText } from '../en/around.ts';

export const around: AroundText = {
  title: 'Gespräche in deiner Nähe',
  roomsWithin: (count, distance) => `${count === 1 ? '1 Raum' : `${count} Räume`} im Umkreis von ${distance}`,
  messages: 'Nachrichten aus den Räumen in deiner Nähe',
  hint: 'Pfeiltasten: von Nachricht zu Nachricht, Eingabetaste: Raum öffnen',
  loading: 'Nachrichten werden geladen …',
  offline: 'Nachrichten erscheinen hier, sobald du wieder online bist.',
  noRooms: 'Noch keine Räume in der Nähe',
  noRoomsHint: (distance) => `Im Umkreis von ${distance} gibt es keine. Nachrichten aus neuen Räumen erscheinen hier.`,
  noMessages: 'Noch keine Nachrichten',
  noMessagesHint: 'Nachrichten aus den Räumen in deiner Nähe erscheinen hier.',
  message: (author, room, time) => `${author} in ${room}, ${time}`,
};
