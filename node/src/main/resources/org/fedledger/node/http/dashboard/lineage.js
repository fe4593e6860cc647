import { svg } from './dom.js';

const STEP = 92;
const TOP = 34;
const DOTS = 7;
const MOST_LINES = 6;
const RADIUS = 15;

/**
 * Versions from left to right, each with the updates that went into it above and those that were
 * rejected below; a round that was aborted hangs on the version that it began from.
 *
 * @param versions in ascending order: {version, model, accepted, rejected}, the latter two counts
 * @param aborted {round, base, reason}
 */
export function lineage(versions, aborted, onVersion) {
  const most = Math.max(...versions.map((v) => lines(v.accepted).length));
  const rejected = Math.max(...versions.map((v) => lines(v.rejected).length));
  const middle = TOP + most * 11 + RADIUS;
  const height = middle + RADIUS + 26 + rejected * 11 + (aborted.length > 0 ? 34 : 0);
  const at = new Map(versions.map((v, i) => [v.version, 40 + i * STEP]));
  return svg(
    'svg',
    {
      class: 'lineage',
      width: 80 + (versions.length - 1) * STEP,
      height,
      role: 'group',
      'aria-label': `Lineage of versions ${versions[0].version} to ${versions[versions.length - 1].version}`,
    },
    versions.slice(1).map((v) =>
      svg('line', { class: 'edge', x1: at.get(v.version) - STEP + RADIUS, x2: at.get(v.version) - RADIUS, y1: middle, y2: middle }),
    ),
    versions.map((v) => node(v, at.get(v.version), middle, onVersion)),
    aborted.filter((a) => at.has(a.base)).map((a) => stub(a, at.get(a.base), middle, height)),
  );
}

function node(version, x, y, onVersion) {
  const open = () => onVersion(version);
  return svg(
    'g',
    {
      class: 'version',
      tabindex: '0',
      role: 'button',
      'data-key': `version-${version.version}`,
      'aria-label': label(version),
      onclick: open,
      onkeydown: (event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          open();
        }
      },
    },
    svg('title', null, `${label(version)}\n${version.model}`),
    dots(version.accepted, x, y - RADIUS - 9, -11, accepted),
    dots(version.rejected, x, y + RADIUS + 12, 11, refused),
    svg('circle', { cx: x, cy: y, r: RADIUS }),
    svg('text', { x, y: y + 5, 'text-anchor': 'middle' }, String(version.version)),
  );
}

function label(version) {
  return version.version === 0
    ? 'Version 0, with which the federation began'
    : `Version ${version.version}: ${version.accepted} updates${version.rejected > 0 ? `, ${version.rejected} rejected` : ''}`;
}

/** How many dots in each line; of very many updates the first lines are drawn. */
function lines(count) {
  const all = [];
  for (let left = count; left > 0 && all.length < MOST_LINES; left -= DOTS) {
    all.push(Math.min(left, DOTS));
  }
  return all;
}

function dots(count, x, y, step, draw) {
  return lines(count).map((line, r) =>
    Array.from({ length: line }, (_, i) => draw(x + (i - (line - 1) / 2) * 10, y + r * step)),
  );
}

function accepted(x, y) {
  return svg('circle', { class: 'accepted', cx: x, cy: y, r: 3.5 });
}

function refused(x, y) {
  return svg('path', { class: 'refused', d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6` });
}

function stub(aborted, x, y, height) {
  return svg(
    'g',
    { class: 'aborted' },
    svg('title', null, `Round ${aborted.round} was aborted: ${aborted.reason}`),
    svg('path', { d: `M${x + RADIUS} ${y + 6}q18 6 18 ${height - y - 22}` }),
    svg('text', { x: x + 33, y: height - 4, 'text-anchor': 'middle' }, `round ${aborted.round} ✗`),
  );
}
