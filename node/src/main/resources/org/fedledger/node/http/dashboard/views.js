import { badge, byId, h, row, short, show, table, time, transaction } from './dom.js';
import { chart } from './charts.js';
import { left, stage } from './governance.js';
import { lineage } from './lineage.js';

const PHASES = ['committing', 'publishing', 'attesting', 'final'];
const PHASE_NAMES = { committing: 'Commit', publishing: 'Upload and publish', attesting: 'Attest', final: 'Final' };

/**
 * @param record the round as the index has it, from which transactions are linked; null if it has none
 */
export function showFederation(federation, record) {
  document.title = federation.name ? `${federation.name} – FedLedger` : 'FedLedger';
  byId('name').textContent = federation.name ?? '';
  show(
    byId('facts'),
    fact('Model version', String(federation.head.version), short(federation.head.model)),
    fact('Round', federation.round ? String(federation.round.round) : 'none yet', federation.round?.phase),
    fact('Participants', String(federation.admitted), `quorum ${federation.quorum}`),
    fact(
      'Verifiers',
      String(federation.verifiers.length),
      federation.attestationThreshold > 0 ? `${federation.attestationThreshold} must attest` : 'final on publication',
    ),
    fact('Block', String(federation.block.number), time(federation.block.timestamp)),
    fact('Contract', short(federation.contract), `chain ${federation.chainId}`),
  );
  show(byId('round'), federation.round ? presentRound(federation, record) : h('p', { class: 'hint' }, 'No round was opened yet.'));
}

function fact(name, value, more) {
  return h('div', null, h('dt', null, name), h('dd', null, value, more ? h('small', null, more) : null));
}

function presentRound(federation, record) {
  const round = federation.round;
  return [
    h('h3', null, `Round ${round.round}`, round.phase === 'aborted' ? ` was aborted: ${words(round.abortReason)}` : ''),
    round.phase === 'aborted' ? null : steps(round),
    round.phase === 'final' || round.phase === 'aborted' ? attempts(round) : deadlines(round, federation.block.timestamp),
    table(
      `What became of each participant's update in round ${round.round}`,
      ['Participant', 'Committed', 'Uploaded', 'Outcome'],
      federation.participants.filter((p) => p.round).map((p) => memberRow(round, p, record)),
      'This round has no members.',
    ),
    round.candidates.length === 0 ? null : candidates(round, record),
  ];
}

function attempts(round) {
  return h('p', { class: 'hint' }, `${round.candidates.length} of ${round.attempts} attempts were used.`);
}

function steps({ phase, ...round }) {
  const now = PHASES.indexOf(phase);
  return h(
    'ol',
    { class: 'steps', 'aria-label': 'Steps of the round' },
    PHASES.map((name, i) =>
      h(
        'li',
        { class: i < now || phase === 'final' ? 'done' : null, 'aria-current': i === now && phase !== 'final' ? 'step' : null },
        PHASE_NAMES[name],
        name === 'committing' && i === now ? stage(round) : null,
      ),
    ),
  );
}

/** Each in block time, by which the contract judges. */
function deadlines(round, now) {
  const due = [
    [`Commits${stage(round)}`, round.commitDeadline],
    ['Uploads', round.revealDeadline],
    ...round.candidates.map((c) => [`Attestations to attempt ${c.attempt} of ${round.attempts}`, c.attestationDeadline]),
    round.phase === 'publishing'
      ? [`Publication, attempt ${round.candidates.length + 1} of ${round.attempts}`, round.publicationDeadline]
      : ['', null],
  ];
  return table(
    `Deadlines of round ${round.round}, with ${round.candidates.length} of ${round.attempts} attempts used`,
    ['What', 'Last second', 'At the last block'],
    due.filter(([, last]) => last !== null).map(([what, last]) => row(what, time(last), left(last, now))),
    '',
  );
}

function memberRow(round, { address, round: own }, record) {
  const { committed } = own;
  const update = record?.updates.find((u) => u.participant === address);
  return row(
    short(address),
    committed
      ? [badge('good', 'committed'), ' ', update ? transaction(update.transaction) : null]
      : badge(round.phase === 'committing' ? 'wait' : 'none', round.phase === 'committing' ? 'awaited' : 'no'),
    uploaded(round, own),
    outcome(own),
  );
}

function uploaded(round, own) {
  if (own.uploaded) {
    return badge('good', 'uploaded');
  }
  return own.committed && round.phase === 'publishing' ? badge('wait', 'awaited') : badge('none', 'no');
}

function outcome(own) {
  if (own.rejected) {
    return badge('bad', `rejected: ${words(own.rejected)}`);
  }
  return own.accepted ? badge('good', 'accepted') : badge('none', '');
}

function candidates(round, record) {
  return table(
    `Publications of round ${round.round}`,
    ['Attempt', 'Aggregator', 'Model', 'Accepted', 'Rejected', 'Matching', 'Differing', 'Lacking', 'Status'],
    round.candidates.map((c) =>
      row(
        String(c.attempt),
        short(c.aggregator),
        short(c.model),
        String(c.accepted),
        String(c.rejected),
        String(c.matching.length),
        c.differing.length > 0 ? badge('bad', c.differing.map((d) => d.slice(0, 8)).join(', ')) : '0',
        c.lacking.length > 0 ? badge('wait', c.lacking.map((l) => l.slice(0, 8)).join(', ')) : '0',
        [status(c.status), ' ', recorded(record?.publications.find((p) => p.attempt === c.attempt))],
      ),
    ),
    '',
  );
}

function recorded(publication) {
  return publication ? transaction(publication.transaction) : null;
}

export function status(text) {
  const kinds = { final: 'good', verified: 'good', aborted: 'bad', failed: 'bad', pending: 'wait' };
  return badge(kinds[text] ?? 'wait', text);
}

/** NONFINITE and TOO_FEW read as words. */
export function words(name) {
  return String(name ?? '').toLowerCase().replaceAll('_', ' ');
}

export function showCourse(summaries) {
  const course = (measure) =>
    summaries
      .filter((s) => s[measure])
      .map((s) => ({ x: s.version, participants: s.participants, ...s[measure] }));
  show(
    byId('charts'),
    chart('Accuracy', course('accuracy'), (value) => value.toFixed(3)),
    chart('Loss', course('loss'), (value) => value.toFixed(3)),
  );
}

export function showRounds(rounds, older) {
  show(
    byId('round-list'),
    table(
      'Rounds, the last one first',
      ['Round', 'Status', 'Version', 'Committed', 'Accepted', 'Rejected', 'Opened', 'Transactions'],
      rounds.map(roundRow),
      'No round was opened yet.',
    ),
    older ? h('p', { class: 'more' }, h('button', { type: 'button', 'data-key': 'older', id: 'older' }, 'Older rounds')) : null,
  );
}

function roundRow(round) {
  return row(
    h('a', { href: `#round=${round.round}`, 'data-key': `round-${round.round}` }, String(round.round)),
    status(round.status),
    round.version === null ? '' : String(round.version),
    `${round.committed} of ${round.members}`,
    round.accepted === null ? '' : String(round.accepted),
    round.rejected ? badge('bad', String(round.rejected)) : round.rejected === null ? '' : '0',
    time(round.timestamp),
    [transaction(round.transaction, 'opened'), round.ended ? [' ', transaction(round.ended.transaction, 'ended')] : null],
  );
}

export function showGas(kinds) {
  show(
    byId('gas-list'),
    table(
      'Gas by kind of transaction',
      ['Kind', 'Transactions', 'Gas', 'Mean'],
      kinds.map((k) => row(k.kind, k.transactions.toLocaleString('en'), k.gas.toLocaleString('en'), k.mean.toLocaleString('en'))),
      'Nothing was recorded yet.',
    ),
  );
}

export function showParticipants(federation, records) {
  show(
    byId('participant-list'),
    table(
      'Participants, by address',
      ['Participant', 'Member', 'Committed', 'Accepted', 'Rejected', 'Privacy spent'],
      federation.participants.map((p) => participantRow(p, records.get(p.address))),
      'Nobody was admitted yet.',
    ),
  );
}

function participantRow(participant, record) {
  return row(
    short(participant.address),
    [
      tenure(participant),
      ' ',
      record ? transaction(record.transaction, 'admitted') : null,
      participant.missed > 0 ? badge('bad', `missed the last ${participant.missed}`) : null,
    ],
    String(record?.committed ?? 0),
    String(record?.accepted ?? 0),
    record?.rejected > 0 ? badge('bad', String(record.rejected)) : '0',
    privacy(participant),
  );
}

function tenure(participant) {
  return participant.until === null
    ? `from round ${participant.from}`
    : `rounds ${participant.from} to ${participant.until - 1}`;
}

function privacy(participant) {
  const unlimited = '18446744073709551615';
  return String(participant.privacyBudget) === unlimited
    ? `${participant.privacySpent} (no limit)`
    : `${participant.privacySpent} of ${participant.privacyBudget}`;
}

/** Versions in ascending order; rounds tell how many updates were rejected, and which were aborted. */
export function showLineage(versions, rounds, onVersion) {
  const place = byId('lineage');
  if (versions.length === 0) {
    show(place, h('p', { class: 'hint' }, 'No version is known yet.'));
    return;
  }
  const rejected = new Map(rounds.map((round) => [round.round, round.rejected ?? 0]));
  const nodes = versions.map((v) => ({ ...v, rejected: rejected.get(v.round) ?? 0 }));
  const aborted = rounds
    .filter((round) => round.status === 'aborted')
    .map((round) => ({ round: round.round, base: round.baseVersion, reason: words(round.abortReason) }));
  const known = JSON.stringify([nodes, aborted]);
  if (place.dataset.versions === known) {
    return;
  }
  const before = place.firstElementChild;
  const atEnd = !before || before.scrollLeft + before.clientWidth >= before.scrollWidth - 4;
  const left = before?.scrollLeft ?? 0;
  const focused = document.activeElement?.dataset?.key;
  place.dataset.versions = known;
  const scroll = h('div', { class: 'scroll', role: 'region', 'aria-label': 'Lineage of versions' }, lineage(nodes, aborted, onVersion));
  place.replaceChildren(scroll);
  scroll.scrollLeft = atEnd ? scroll.scrollWidth : left;
  if (focused?.startsWith('version-')) {
    scroll.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

export function showChoices(versions) {
  const select = byId('verify-version');
  const chosen = select.value;
  const fresh = versions
    .toReversed()
    .map((v) => h('option', { value: v.model }, `version ${v.version}: ${v.model.slice(0, 10)}…`));
  if (fresh.length !== select.options.length || fresh[0]?.value !== select.options[0]?.value) {
    select.replaceChildren(...fresh);
    if (versions.some((v) => v.model === chosen)) {
      select.value = chosen;
    }
  }
}

/** What the browser computed beside what stands on the ledger. */
export function showVerdict(verdict) {
  byId('verify-result').replaceChildren(
    h(
      'div',
      { class: `outcome ${verdict.kind}` },
      badge(verdict.kind === 'none' ? 'none' : verdict.kind, verdict.text),
      h(
        'dl',
        null,
        verdict.computed ? [h('dt', null, 'Computed here'), h('dd', null, h('code', { id: 'computed' }, verdict.computed))] : null,
        verdict.recorded ? [h('dt', null, 'On the ledger'), h('dd', null, h('code', { id: 'recorded' }, verdict.recorded))] : null,
        verdict.transaction ? [h('dt', null, 'Recorded in'), h('dd', null, transaction(verdict.transaction, verdict.transaction))] : null,
      ),
    ),
  );
}

export function showDialog(title, ...content) {
  const dialog = byId('transaction');
  dialog.replaceChildren(
    h('h2', { id: 'transaction-title' }, title),
    ...content.flat(Infinity),
    h('p', null, h('button', { type: 'button', onclick: () => dialog.close() }, 'Close')),
  );
  if (!dialog.open) {
    dialog.showModal();
  }
}

/**
 * A version, and the round that made it; version 0 has none.
 *
 * @param here whether the node has the model's file
 */
export function versionDetails(version, round, here) {
  return [
    h('p', null, 'Digest ', h('code', null, version.model)),
    round ? h('p', null, 'Parent ', h('code', null, version.parent)) : null,
    round ? h('p', null, 'Made in ', h('a', { href: `#round=${version.round}` }, `round ${version.round}`)) : null,
    h('p', null, 'Recorded in ', transaction(version.transaction, version.transaction)),
    here
      ? h('p', null, h('a', { href: `v1/blobs/${version.model}`, download: `version-${version.version}.safetensors` }, 'Download the model'))
      : h(
          'p',
          null,
          badge('bad', 'This node’s store has no sound file of it.'),
          ' Whoever may read the updates can make it again: ',
          h('code', null, `fedledger model rebuild --version ${version.version}`),
        ),
    round ? updates(round) : h('p', { class: 'hint' }, 'The federation began with it.'),
  ];
}

function updates(round) {
  return table(
    `Updates committed in round ${round.round}`,
    ['Participant', 'Digest', 'Weight', 'Outcome', 'Gas', 'Transaction'],
    round.updates.map((u) =>
      row(short(u.participant), short(u.digest), String(u.weight), fate(u), u.gas.toLocaleString('en'), transaction(u.transaction)),
    ),
    'Nobody committed an update.',
  );
}

function fate(update) {
  if (update.status === 'rejected') {
    return badge('bad', `rejected: ${words(update.reason)}`);
  }
  return badge(update.status === 'accepted' ? 'good' : 'wait', update.status);
}

function finding(attestation) {
  const kinds = { match: 'good', differ: 'bad', lack: 'wait' };
  const what = attestation.status === 'lack' ? ['lack ', short(attestation.lacking)] : attestation.status;
  return badge(kinds[attestation.status], what);
}

export function roundDetails(round) {
  return [
    h('p', null, status(round.status), round.abortReason ? ` ${words(round.abortReason)}` : ''),
    updates(round),
    table(
      `Publications of round ${round.round}`,
      ['Attempt', 'Aggregator', 'Model', 'Status', 'Transaction'],
      round.publications.map((p) =>
        row(String(p.attempt), short(p.aggregator), short(p.model), status(p.status), transaction(p.transaction)),
      ),
      'Nothing was published.',
    ),
    round.attestations.length === 0
      ? null
      : table(
          `Attestations of round ${round.round}`,
          ['Verifier', 'Attempt', 'Says', 'Transaction'],
          round.attestations.map((a) =>
            row(short(a.verifier), String(a.attempt), finding(a), transaction(a.transaction)),
          ),
          '',
        ),
  ];
}

export function transactionDetails(hash, records) {
  const ask = `curl -s RPC -H 'Content-Type: application/json' -d '${JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'eth_getTransactionReceipt',
    params: [hash],
  })}'`;
  return [
    h('p', null, h('code', null, hash)),
    records.length === 0
      ? h('p', { class: 'hint' }, 'This page has not read what this transaction recorded.')
      : h('ul', null, records.map((text) => h('li', null, text))),
    h('p', null, 'To see it as your own chain node has it, with its address in place of RPC:'),
    h('pre', null, ask),
  ];
}
