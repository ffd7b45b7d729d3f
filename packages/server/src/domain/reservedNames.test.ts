import { describe, expect, test } from 'vitest';
import { ReservedNames } from './reservedNames.ts';

const names = new ReservedNames(['Café Luna', 'Ян']);

describe('ReservedNames', () => {
  test.each([
    ['another case', 'ADMIN'],
    ['spaces', ' m o d e r a t o r '],
    ['punctuation', '[Admin]'],
    ['an emoji', '★ Moderator ★'],
    ['Cyrillic letters', 'Моdеrаtоr'],
    ['Greek letters', 'αdmin'],
    ['fullwidth letters', 'Ｅａｒｓｈｏｔ'],
    ['mathematical letters', '𝓐𝓭𝓶𝓲𝓷'],
    ['an accent', 'Ádmín'],
    ['an rn for an m', 'adrnin'],
    ['digits for letters', 'm0der4t0r'],
    ['a one for an i', 'Adm1n'],
    ['a small L for an i', 'Admln'],
    ['a number', 'admin 42'],
    ['a number without a space', 'Moderator2'],
    ['other words', 'Moderator Tom'],
    ['words of which two are a name', 'the c a f e luna team'],
    ['a name of the operator', 'cafe-luna'],
    ['a name of the operator in another script', 'ЯН'],
  ])('with %s: %j', (_, name) => {
    for (const asked of ['once', 'again']) expect([asked, names.includes(name)]).toEqual([asked, true]);
  });

  test.each(['Ada', 'Adminka', 'Modesty', 'Luna', 'Café', 'Anna Linda', 'Yan', 'Earshotter', '42', '★', 'Mo Derat'])(
    '%j is free',
    (name) => expect(names.includes(name)).toBe(false),
  );

  test('the longest name takes less than a millisecond of CPU time', () => {
    const longest = 'a '.repeat(20).trim();
    names.includes(longest);
    const start = process.cpuUsage();
    for (let i = 0; i < 200; i += 1) names.includes(longest);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 200).toBeLessThan(1_000);
  });

  test('the error names the name', () => {
    expect(() => names.requireFree('Admin')).toThrow(
      expect.objectContaining({ code: 'NAME_RESERVED', message: 'The name “Admin” is reserved. Choose another name.' }),
    );
  });
});
