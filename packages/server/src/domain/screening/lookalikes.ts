/** Folded letters of Cyrillic, Greek and Armenian that look like Latin ones, after UTS #39. */
const lookalikes = new Map(
  Object.entries({
    a: 'аαɑ',
    b: 'вьβ',
    c: 'сϲ',
    d: 'ԁ',
    e: 'еєε',
    g: 'ցɡ',
    h: 'нһհ',
    i: 'іιӏ',
    j: 'јϳ',
    k: 'кκ',
    m: 'м',
    n: 'пηո',
    o: 'оοσօ',
    p: 'рρ',
    q: 'ԛզ',
    r: 'г',
    s: 'ѕ',
    t: 'тτ',
    u: 'υսц',
    v: 'νѵ',
    w: 'ѡԝшω',
    x: 'хχ',
    y: 'уүγ',
    z: 'ᴢ',
  }).flatMap(([latin, others]) => Array.from(others, (other): [string, string] => [other, latin])),
);

const latinLetter = /[a-z]/;
const otherLetter = new RegExp(`[${[...lookalikes.keys()].join('')}]`, 'u');
const otherLetters = new RegExp(otherLetter, 'gu');

/** Whether a folded word has Latin letters next to letters of another script that look like Latin ones. */
export function mixesScripts(word: string): boolean {
  return otherLetter.test(word) && latinLetter.test(word);
}

/** The folded word with each lookalike replaced by its Latin letter. */
export function skeletonOf(word: string): string {
  return word.replace(otherLetters, (letter) => lookalikes.get(letter) ?? letter);
}
