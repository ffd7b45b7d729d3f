import type { Metric, Row } from '../figures.ts';

interface Panel {
  scenario: string;
  metric: Metric;
  title: string;
}

const panels: Panel[] = [
  { scenario: 'paced', metric: 'cpuPerDelivery', title: 'CPU µs a delivery, paced (less is better)' },
  { scenario: 'burst', metric: 'perSecond', title: 'deliveries a second in a burst (more is better)' },
  { scenario: 'idle', metric: 'kbPerConnection', title: 'KB for an idle watcher (less is better)' },
  { scenario: 'sends', metric: 'perSecond', title: 'durable sends a second (more is better)' },
];

const size = { width: 760, labels: 170, values: 90, bar: 18, step: 28, title: 34 };
/** Greys and blues that are legible on white and on black, because the page of the picture is unknown. */
const colour = { text: '#717a84', own: '#2f81f7', other: '#9aa4af' };

/** Draws bars for the most important figures, as an SVG. */
export function drawChart(rows: readonly Row[]): string {
  let y = 0;
  const parts = panels.flatMap((panel) => {
    const bars = barsOf(rows, panel);
    if (bars.length === 0) return [];
    const drawn = drawPanel(panel.title, bars, y);
    y += size.title + bars.length * size.step + 14;
    return drawn;
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

/** The bars of the systems under the scenario's first load. */
function barsOf(rows: readonly Row[], { scenario, metric }: Panel): Bar[] {
  const first = rows.find((row) => row.scenario === scenario);
  return rows
    .filter((row) => row.scenario === scenario && row.load === first?.load)
    .flatMap(({ system, figures: { [metric]: value } }) => (value === undefined ? [] : { label: system, value }));
}

function drawPanel(title: string, bars: readonly Bar[], top: number): string[] {
  const longest = Math.max(...bars.map(({ value }) => value));
  const room = size.width - size.labels - size.values;
  return [
    `<text x="0" y="${top + 20}" font-weight="600">${escapeXml(title)}</text>`,
    ...bars.flatMap(({ label, value }, at) => {
      const y = top + size.title + at * size.step;
      const width = Math.max(1, (Math.max(0, value) / longest) * room);
      const fill = label.startsWith('Earshot') ? colour.own : colour.other;
      return [
        `<text x="${size.labels - 10}" y="${y + 14}" text-anchor="end">${escapeXml(label)}</text>`,
        `<rect x="${size.labels}" y="${y}" width="${width.toFixed(1)}" height="${size.bar}" rx="2" fill="${fill}"/>`,
        `<text x="${(size.labels + width + 8).toFixed(1)}" y="${y + 14}">${legible(value)}</text>`,
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
