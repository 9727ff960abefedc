// Curves as panels of one self-contained SVG, both axes logarithmic.
const PANEL_WIDTH = 430;
const PANEL_HEIGHT = 290;
const LEFT = 62;
const RIGHT = 16;
const TOP = 52;
const BOTTOM = 40;
const COLORS = ['#2f6fb5', '#2f8f5b', '#c2553d', '#8456a8'];

const KIB = 1024;

export function plotCurves({ sizes, connections, starts }) {
  const rates = [
    ['upload, durable', 'upload'],
    ['download', 'download'],
    ['a bare log with group commit', 'ceiling'],
  ];
  const panels = [
    panel('operations/s over object size, 16 connections', sizes, 'bytes', rates, showBytes),
    panel('operations/s over connections, 4 KiB', connections, 'connections', rates, String),
    panel('ms to a durable upload of 4 KiB over connections', connections, 'connections', [
      ['p50', 'p50_ms'],
      ['p99', 'p99_ms'],
      ['p99.9', 'p999_ms'],
    ]),
    panel('seconds to start over objects', starts, 'objects', [
      ['after an orderly end', 'orderly'],
      ['after kill -9', 'killed'],
      ['without its index', 'rebuilt'],
    ]),
  ];
  const placed = panels.map((content, i) => {
    const x = (i % 2) * PANEL_WIDTH;
    const y = Math.floor(i / 2) * PANEL_HEIGHT;
    return `<g transform="translate(${x} ${y})">\n${content}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * PANEL_WIDTH} ${2 * PANEL_HEIGHT}"
  role="img" font-family="system-ui, sans-serif" font-size="12" fill="#222"
  aria-label="The storage over size, connections and objects">
<rect width="100%" height="100%" fill="#ffffff"/>
${placed.join('\n')}
</svg>
`;
}

// `series`: [name, property] pairs of the points.
function panel(title, points, x, series, showX = showNumber) {
  const across = scale(points.map((p) => p[x]), LEFT, PANEL_WIDTH - RIGHT);
  const values = series.flatMap(([, property]) => points.map((p) => p[property]));
  const up = scale(decades(values), PANEL_HEIGHT - BOTTOM, TOP);
  const lines = series.map(([, property], i) => {
    const at = points.map((p) => `${across(p[x])},${up(p[property])}`).join(' ');
    const dots = points.map(
      (p) => `<circle cx="${across(p[x])}" cy="${up(p[property])}" r="2.5" fill="${COLORS[i]}"/>`,
    );
    return `<polyline points="${at}" fill="none" stroke="${COLORS[i]}" stroke-width="2"/>${dots.join('')}`;
  });
  const legend = series.map(
    ([name], i) =>
      `<text x="${LEFT + (i * (PANEL_WIDTH - LEFT - RIGHT)) / series.length}" y="40" fill="${COLORS[i]}">${name}</text>`,
  );
  const grid = decades(values).map(
    (v) =>
      `<path d="M${LEFT} ${up(v)}H${PANEL_WIDTH - RIGHT}" stroke="#ddd"/>` +
      `<text x="${LEFT - 6}" y="${up(v) + 4}" text-anchor="end">${showNumber(v)}</text>`,
  );
  const ticks = points.map(
    (p) =>
      `<text x="${across(p[x])}" y="${PANEL_HEIGHT - BOTTOM + 18}" text-anchor="middle">${showX(p[x])}</text>`,
  );
  return [
    `<text x="${LEFT}" y="20" font-weight="600">${title}</text>`,
    ...legend,
    ...grid,
    ...ticks,
    ...lines,
  ].join('\n');
}

// The powers of ten around the values.
function decades(values) {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

function scale(values, from, to) {
  const least = Math.log(Math.min(...values));
  const most = Math.log(Math.max(...values));
  const span = most > least ? most - least : 1;
  return (value) => Number((from + ((Math.log(value) - least) / span) * (to - from)).toFixed(1));
}

function showBytes(bytes) {
  return bytes >= KIB * KIB ? `${bytes / KIB / KIB} MiB` : `${bytes / KIB} K`;
}

function showNumber(number) {
  return number >= 1 ? Math.round(number).toLocaleString('en-US') : String(Number(number.toFixed(3)));
}
