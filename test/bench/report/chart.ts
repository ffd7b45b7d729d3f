import type { Metric, Row } from '../figures.ts';

interface Panel {
  scenario: string;
  metric: Metric;
  /** What is drawn; the load follows it. */
  figure: string;
  better: 'less' | 'more';
}

const panels: Panel[] = [
  { scenario: 'paced', metric: 'cpuPerDelivery', figure: 'CPU µs a delivery', better: 'less' },
  { scenario: 'burst', metric: 'perSecond', figure: 'deliveries a second', better: 'more' },
  { scenario: 'idle', metric: 'kbPerConnection', figure: 'KB for each watcher', better: 'less' },
  { scenario: 'sends', metric: 'perSecond', figure: 'durable sends a second', better: 'more' },
];

const size = { width: 820, values: 90, bar: 18, step: 28, title: 34 };
/** Pixels of a character, rounded up: a label that is too long for its column would be cut off. */
const character = 7.6;
/** Greys and blues that are legible on white and on black, because the page of the picture is unknown. */
const colour = { text: '#717a84', own: '#2f81f7', other: '#9aa4af' };

/** Draws bars for the most important figures, as an SVG. */
export function drawChart(rows: readonly Row[]): string {
  const drawn = panels.map((panel) => withBars(rows, panel)).filter(({ bars }) => bars.length > 0);
  const longest = Math.max(0, ...drawn.flatMap(({ bars }) => bars.map(({ label }) => label.length)));
  const labels = Math.ceil(longest * character) + 10;
  let y = 0;
  const parts = drawn.flatMap(({ title, bars }) => {
    const top = y;
    y += size.title + bars.length * size.step + 14;
    return drawPanel(title, bars, { top, labels });
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${y}" width="${size.width}" height="${y}" role="img" aria-label="Earshot beside other ways to build chat" font-family="system-ui, sans-serif" font-size="14" fill="${colour.text}">`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

interface Bar {
  label: string;
  value: number;
}

/** The title of a panel, and the bars of the systems under the scenario's first load. */
function withBars(rows: readonly Row[], { scenario, metric, figure, better }: Panel): { title: string; bars: Bar[] } {
  const load = rows.find((row) => row.scenario === scenario)?.load;
  const bars = rows
    .filter((row) => row.scenario === scenario && row.load === load)
    .flatMap(({ system, figures: { [metric]: value } }) => (value === undefined ? [] : { label: system, value }));
  return { title: `${figure}: ${load} (${better} is better)`, bars };
}

interface Position {
  top: number;
  /** The width of the column of labels. */
  labels: number;
}

function drawPanel(title: string, bars: readonly Bar[], { top, labels }: Position): string[] {
  const longest = Math.max(...bars.map(({ value }) => value));
  const room = size.width - labels - size.values;
  return [
    `<text x="0" y="${top + 20}" font-weight="600">${escapeXml(title)}</text>`,
    ...bars.flatMap(({ label, value }, at) => {
      const y = top + size.title + at * size.step;
      const width = Math.max(1, (Math.max(0, value) / longest) * room);
      const fill = label.startsWith('Earshot') ? colour.own : colour.other;
      return [
        `<text x="${labels - 10}" y="${y + 14}" text-anchor="end">${escapeXml(label)}</text>`,
        `<rect x="${labels}" y="${y}" width="${width.toFixed(1)}" height="${size.bar}" rx="2" fill="${fill}"/>`,
        `<text x="${(labels + width + 8).toFixed(1)}" y="${y + 14}">${legible(value)}</text>`,
      ];
    }),
  ];
}

function legible(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
