import type { Text } from '../en.ts';

const sides = {
  ...{ n: 'Norden', ne: 'Nordosten', e: 'Osten', se: 'Südosten' },
  ...{ s: 'Süden', sw: 'Südwesten', w: 'Westen', nw: 'Nordwesten' },
};

export const radar: Text['radar'] = {
  title: 'Räume in der Nähe',
  radar: 'Radar',
  radarHint: 'Pfeiltasten: Raum wählen, Eingabetaste: beitreten',
  list: 'Räume, nächstgelegene zuerst',
  listLively: 'Räume, belebteste zuerst',
  order: 'Reihenfolge der Liste',
  orders: { near: 'Nächste', lively: 'Belebteste' },
  range: 'Umkreis',
  accuracyHint: 'Norden ist oben. Die Standorte der Räume sind nur auf etwa einen halben Kilometer genau.',
  compass: { north: 'N', east: 'O', south: 'S', west: 'W' },
  directions: {
    n: 'nördlich',
    ne: 'nordöstlich',
    e: 'östlich',
    se: 'südöstlich',
    s: 'südlich',
    sw: 'südwestlich',
    w: 'westlich',
    nw: 'nordwestlich',
  },
  within: (distance) => `höchstens ${distance} entfernt`,
  withinTo: (distance, direction) => `höchstens ${distance} entfernt, ${direction}`,
  here: (count) => (count === 0 ? 'gerade niemand da' : count === 1 ? '1 Person da' : `${count} Personen da`),
  lastMessage: (ago) => `letzte Nachricht ${ago}`,
  noMessage: 'noch keine Nachrichten',
  justNow: 'gerade eben',
  current: 'Du bist in diesem Raum',
  inArea: (name, direction) => `${name}, ${sides[direction]}`,
  more: (count) => `+${count} weitere in der Liste`,
  loading: 'Räume werden gesucht …',
  empty: 'Noch keine Räume in der Nähe',
  emptyHint: (distance) =>
    `Im Umkreis von ${distance} gibt es keine. Öffne hier einen, dann finden ihn Leute in der Nähe.`,
  create: 'Hier einen Raum öffnen',
  join: 'Nächstem Raum beitreten',
  joinLiveliest: 'Belebtestem Raum in der Nähe beitreten',
  createAnother: 'Neuer Raum hier',
  newBlocked: (distance) =>
    `Im Umkreis von ${distance} gibt es schon einen Raum. Deshalb kannst du hier keinen neuen öffnen.`,
  changeLocation: 'Standort ändern',
  showAround: 'Gespräche in deiner Nähe',
};
