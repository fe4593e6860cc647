import { svg } from './dom.js';

const STEP = 92;
const TOP = 34;
const DOTS = 7;
const RADIUS = 15;

/**
 * Versions from left to right, each with the updates that went into it above and those that were
 * rejected below; a round that was aborted hangs on the version that it began from.
 *
 * @param versions in ascending order: {version, digest, updates: [{participant, accepted, reason}]}
 * @param aborted {round, base, reason}
 */
export function lineage(versions, aborted, onVersion) {
  const most = Math.max(0, ...versions.map((v) => columns(v.updates.filter((u) => u.accepted)).length));
  const rejected = Math.max(0, ...versions.map((v) => columns(v.updates.filter((u) => !u.accepted)).length));
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
    svg('title', null, `${label(version)}\n${version.digest}`),
    dots(version.updates.filter((u) => u.accepted), x, y - RADIUS - 9, -11, accepted),
    dots(version.updates.filter((u) => !u.accepted), x, y + RADIUS + 24, 11, refused),
    svg('circle', { cx: x, cy: y, r: RADIUS }),
    svg('text', { x, y: y + 5, 'text-anchor': 'middle' }, String(version.version)),
  );
}

function label(version) {
  const accepted = version.updates.filter((u) => u.accepted).length;
  const rest = version.updates.length - accepted;
  return version.version === 0
    ? 'Version 0, with which the federation began'
    : `Version ${version.version}: ${accepted} updates${rest > 0 ? `, ${rest} rejected` : ''}`;
}

/** Rows of a few dots each, so that many participants stay readable. */
function columns(updates) {
  const rows = [];
  for (let i = 0; i < updates.length; i += DOTS) {
    rows.push(updates.slice(i, i + DOTS));
  }
  return rows.slice(0, 6);
}

function dots(updates, x, y, step, draw) {
  return columns(updates).map((line, r) =>
    line.map((update, i) => draw(update, x + (i - (line.length - 1) / 2) * 10, y + r * step)),
  );
}

function accepted(update, x, y) {
  return svg('circle', { class: 'accepted', cx: x, cy: y, r: 3.5 }, svg('title', null, `${update.participant} accepted`));
}

function refused(update, x, y) {
  return svg(
    'path',
    { class: 'refused', d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6` },
    svg('title', null, `${update.participant} rejected: ${update.reason}`),
  );
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
