// The ratios as a bar chart, a self-contained SVG that reads in light and dark pages.
const WIDTH = 860;
const LABEL_WIDTH = 400;
const ROW_HEIGHT = 34;
const BAR_HEIGHT = 18;
const TOP = 34;
const MARGIN_RIGHT = 70;
const GOOD = '#2f8f5b';
const SHORT = '#c2553d';

export function plot(results) {
  const longest = Math.max(1, ...results.flatMap((r) => [r.ratio, r.wanted]));
  const scale = (WIDTH - LABEL_WIDTH - MARGIN_RIGHT) / longest;
  const height = TOP + results.length * ROW_HEIGHT + 16;
  const bars = results.map((r, i) => bar(r, TOP + i * ROW_HEIGHT, scale)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img"
  font-family="system-ui, sans-serif" font-size="13" fill="#222" aria-label="Ratios to the yardsticks">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${LABEL_WIDTH}" y="20">rate of yundisk / rate of its yardstick (mark: at least)</text>
${bars}
</svg>
`;
}

function bar(result, y, scale) {
  const middle = y + BAR_HEIGHT / 2 + 4.5;
  const width = (result.ratio * scale).toFixed(1);
  const mark = (LABEL_WIDTH + result.wanted * scale).toFixed(1);
  const figure = (LABEL_WIDTH + Math.max(result.ratio, result.wanted) * scale + 8).toFixed(1);
  const color = result.ratio < result.wanted ? SHORT : GOOD;
  return [
    `<text x="${LABEL_WIDTH - 10}" y="${middle}" text-anchor="end">${escape(result.work)}</text>`,
    `<rect x="${LABEL_WIDTH}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="2"`,
    `  fill="${color}"/>`,
    `<path d="M${mark} ${y - 4}v${BAR_HEIGHT + 8}" stroke="#222" stroke-width="2"/>`,
    `<text x="${figure}" y="${middle}">${result.ratio.toFixed(2)}</text>`,
  ].join('\n');
}

function escape(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
