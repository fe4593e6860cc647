import { h, svg, table, row } from './dom.js';

const WIDTH = 560;
const HEIGHT = 220;
const LEFT = 46;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 30;

/** A line with a band around it: {x, weightedMean, unweightedMean, least, greatest}, in order of x. */
export function chart(title, points, format) {
  const description = describe(title, points, format);
  return h(
    'figure',
    { class: 'chart' },
    h('figcaption', null, title),
    points.length === 0 ? h('p', { class: 'hint' }, 'Nothing was measured yet.') : drawing(points, format, description),
    points.length === 0 ? null : numbers(title, points, format),
  );
}

function describe(title, points, format) {
  if (points.length === 0) {
    return title;
  }
  const first = points[0];
  const last = points[points.length - 1];
  return `${title}: ${format(first.weightedMean)} at version ${first.x}, ${format(last.weightedMean)} at version ${last.x}`;
}

function drawing(points, format, description) {
  const xs = points.map((p) => p.x);
  const [low, high] = range(points);
  const x = scale(Math.min(...xs), Math.max(...xs), LEFT, WIDTH - RIGHT);
  const y = scale(low, high, HEIGHT - BOTTOM, TOP);
  const line = points.map((p) => `${x(p.x)},${y(p.weightedMean)}`).join(' ');
  const band = [
    ...points.map((p) => `${x(p.x)},${y(p.greatest)}`),
    ...points.toReversed().map((p) => `${x(p.x)},${y(p.least)}`),
  ].join(' ');
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': description },
    ticks(low, high, 4).map((value) => [
      svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      svg('text', { x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, format(value)),
    ]),
    whole(xs, 8).map((value) =>
      svg('text', { x: x(value), y: HEIGHT - 10, 'text-anchor': 'middle' }, String(value)),
    ),
    svg('polygon', { class: 'band', points: band }),
    svg('polyline', { class: 'line', points: line }),
    points.map((p) =>
      svg('circle', { class: 'point', cx: x(p.x), cy: y(p.weightedMean), r: points.length > 40 ? 1.5 : 3 },
        svg('title', null, `version ${p.x}: ${format(p.weightedMean)}`)),
    ),
  );
}

function numbers(title, points, format) {
  return h(
    'details',
    null,
    h('summary', { 'data-key': `numbers-${title}` }, 'As a table'),
    table(
      title,
      ['Version', 'Mean by examples', 'Unweighted mean', 'Least', 'Greatest', 'Participants'],
      points.map((p) =>
        row(
          String(p.x),
          format(p.weightedMean),
          format(p.unweightedMean),
          format(p.least),
          format(p.greatest),
          String(p.participants),
        ),
      ),
      '',
    ),
  );
}

/** Room around the values, and never a range of nothing. */
function range(points) {
  const low = Math.min(...points.map((p) => p.least));
  const high = Math.max(...points.map((p) => p.greatest));
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - room, high + room];
}

function scale(from, to, start, end) {
  return (value) => Math.round((from === to ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start)) * 10) / 10;
}

/** Few, also where the values are so large that the steps between them are lost in them. */
function ticks(low, high, about) {
  const raw = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw);
  const first = Math.ceil(low / step);
  return Array.from({ length: about + 2 }, (_, i) => (first + i) * step).filter((value) => value <= high);
}

/** At most so many of the whole numbers, the last one among them. */
function whole(xs, about) {
  const every = Math.max(1, Math.ceil(xs.length / about));
  return xs.filter((_, i) => (xs.length - 1 - i) % every === 0);
}
