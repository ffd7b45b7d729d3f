import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { authorHue } from './authorHue.ts';

/** Relative luminance (WCAG 2.2) of an OKLCH colour; conversion by B. Ottosson, "A perceptual color space" (2020). */
function luminance(lightness: number, chroma: number, hue: number): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return (
    0.2126 * clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) +
    0.7152 * clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) +
    0.0722 * clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  );
}

function hexLuminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const people = Array.from({ length: 500 }, (_, index) => `user-${index}`);

test('a user keeps their hue, and users are distributed over all hues', () => {
  expect(authorHue('ada')).toBe(authorHue('ada'));
  expect(new Set(people.map(authorHue)).size).toBe(12);
});

test.each([0, 1])('names are legible on every surface (WCAG AA), theme %i', (theme) => {
  const tokens = read('../../style/tokens.css');
  const pair = /--name-colour: light-dark\(oklch\(([\d.]+) ([\d.]+) [^)]*\)\), oklch\(([\d.]+) ([\d.]+)/.exec(
    read('./Author.module.css'),
  );
  const [lightness, chroma] = (pair ?? []).slice(1 + 2 * theme, 3 + 2 * theme).map(Number);
  expect(lightness).toBeGreaterThan(0);
  for (const surface of ['page', 'surface', 'raised']) {
    const hex = new RegExp(`--${surface}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(tokens)?.[1 + theme] ?? '';
    const background = hexLuminance(hex);
    for (const hue of new Set(people.map(authorHue))) {
      const ratio = contrast(luminance(lightness ?? 0, chroma ?? 0, hue), background);
      expect(ratio, `hue ${hue} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});
