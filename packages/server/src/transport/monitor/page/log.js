import { byId, make } from './dom.js';
import { byteCount, isOfGuest, readJson, typeOf, withoutTokens } from './frames.js';

/** @typedef {'in' | 'out' | 'note'} Direction */
/** @typedef {{ time: Date, direction: Direction, type: string, bytes: number, text: string }} Entry */

/** Maximum number of entries. The oldest are removed, which bounds the memory of a page that stays open. */
const entriesMax = 2_000;

const ways = { in: ['←', 'received'], out: ['→', 'sent'], note: ['•', 'connection'] };

/** The log of frames. It can be filtered and downloaded as a file. */
export function createLog() {
  const list = byId('log', HTMLOListElement);
  const scroller = byId('scroller', HTMLDivElement);
  const filter = byId('filter', HTMLInputElement);
  const direction = byId('direction', HTMLSelectElement);
  /** @type {{ entry: Entry, row: HTMLLIElement }[]} */
  let kept = [];

  /** @param {Entry} entry */
  const fits = (entry) =>
    (direction.value === 'all' || direction.value === entry.direction) &&
    `${entry.type} ${entry.text}`.toLowerCase().includes(filter.value.trim().toLowerCase());

  function refresh() {
    for (const { entry, row } of kept) row.hidden = !fits(entry);
    count();
  }

  function count() {
    const shown = kept.filter(({ row }) => !row.hidden).length;
    const all = `${kept.length} ${kept.length === 1 ? 'entry' : 'entries'}`;
    byId('count', HTMLOutputElement).value = shown === kept.length ? all : `${shown} of ${all}`;
    byId('empty', HTMLParagraphElement).hidden = kept.length > 0;
  }

  /**
   * @param {Direction} way
   * @param {string} text
   */
  function add(way, text) {
    const type = way === 'note' ? '' : typeOf(text);
    const bytes = way === 'note' ? 0 : byteCount(text);
    /** @type {Entry} */
    const entry = { time: new Date(), direction: way, type, bytes, text: withoutTokens(text) };
    const row = rowOf(entry);
    row.hidden = !fits(entry);
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
    kept.push({ entry, row });
    list.append(row);
    if (kept.length > entriesMax) kept.shift()?.row.remove();
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
    count();
  }

  function clear() {
    kept = [];
    list.replaceChildren();
    count();
  }

  filter.addEventListener('input', refresh);
  direction.addEventListener('change', refresh);
  byId('clear', HTMLButtonElement).addEventListener('click', clear);
  byId('export', HTMLButtonElement).addEventListener('click', () => download(kept.map(({ entry }) => asJson(entry))));
  count();
  return { add };
}

/** @param {Entry} entry */
function rowOf(entry) {
  const row = document.createElement('li');
  row.dataset.direction = entry.direction;
  row.dataset.type = entry.type;
  const [arrow = '', word = ''] = ways[entry.direction];
  const way = make('span', 'way', `${arrow} `);
  way.append(make('span', 'word', word));
  const head = [
    make('time', '', clock(entry.time)),
    way,
    ...(entry.direction === 'note' ? [] : [make('b', '', entry.type), make('span', 'size', `${entry.bytes} B`)]),
    make('span', 'text', isOfGuest(entry.text) ? `(guest) ${entry.text}` : entry.text),
  ];
  if (entry.direction === 'note') row.append(...head);
  else row.append(openable(head, entry.text));
  return row;
}

/**
 * @param {HTMLElement[]} head
 * @param {string} text
 */
function openable(head, text) {
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  summary.append(...head);
  const { value, problem } = readJson(text);
  details.append(summary, make('pre', '', problem === null ? JSON.stringify(value, null, 2) : text));
  return details;
}

/** @param {Date} time */
const clock = (time) => `${time.toTimeString().slice(0, 8)}.${String(time.getMilliseconds()).padStart(3, '0')}`;

/** @param {Entry} entry */
function asJson({ time, direction, type, bytes, text }) {
  if (direction === 'note') return { time, direction, text };
  const { value, problem } = readJson(text);
  return { time, direction, type, bytes, ...(problem === null ? { frame: value } : { text }) };
}

/** @param {unknown} value */
function download(value) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `earshot-${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // the browser may not have begun to read it
}
