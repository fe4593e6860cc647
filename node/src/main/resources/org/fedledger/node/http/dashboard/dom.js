// Building blocks of the page. Text is always set as text, so nothing that a ledger or a spec says
// can become markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

export function byId(id) {
  return document.getElementById(id);
}

/** Replaces what an element shows, but only if it differs, so that focus and selection stay. */
export function show(element, ...children) {
  const fresh = document.createElement(element.tagName);
  fresh.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  if (fresh.innerHTML === element.dataset.shown) {
    return;
  }
  const focused = focusedKey(element);
  element.dataset.shown = fresh.innerHTML;
  element.replaceChildren(...fresh.childNodes);
  if (focused) {
    element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
}

function focusedKey(element) {
  const active = document.activeElement;
  return active && element.contains(active) ? active.dataset.key : undefined;
}

/** The two ends of a digest or an address; all of it is in the tooltip and is what gets copied. */
export function short(hex) {
  return h('code', { title: hex, class: 'short' }, `${hex.slice(0, 8)}…${hex.slice(-6)}`);
}

export function transaction(hash, text) {
  return h(
    'a',
    { href: `#tx=${hash}`, title: `Transaction ${hash}`, 'data-key': `tx-${hash}-${text ?? ''}` },
    text ?? `${hash.slice(0, 8)}…`,
  );
}

/** A deadline may lie beyond all dates. */
export function time(seconds) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) {
    return `second ${seconds}`;
  }
  return h('time', { datetime: date.toISOString() }, date.toISOString().replace('T', ' ').slice(0, 19));
}

/** A table that scrolls in itself on narrow screens, and can be scrolled by keyboard. */
export function table(caption, heads, rows, empty) {
  if (rows.length === 0) {
    return h('p', { class: 'hint' }, empty);
  }
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      null,
      h('caption', null, caption),
      h('thead', null, h('tr', null, heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', null, rows),
    ),
  );
}

export function row(...cells) {
  return h(
    'tr',
    null,
    cells.map((cell, i) => (i === 0 ? h('th', { scope: 'row' }, cell) : h('td', null, cell ?? ''))),
  );
}

/** A word with a sign before it, since colour alone tells not everybody. */
export function badge(kind, text) {
  const signs = { good: '✓', bad: '✗', wait: '…', none: '–' };
  return h('span', { class: `badge ${kind}` }, h('span', { 'aria-hidden': 'true' }, `${signs[kind]} `), text);
}
