// What waits and who may end it, what one should know beside, who is in office, and what changed.

import { badge, byId, h, row, short, show, table, time, transaction } from './dom.js';

/** In block time, by which the contract judges. */
export function left(due, now) {
  const seconds = due - now;
  return seconds >= 0 ? badge('wait', `${duration(seconds)} left`) : badge('none', 'passed');
}

function duration(seconds) {
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

export function showWaiting(federation) {
  const now = federation.block.timestamp;
  const rows = [
    ...waitingRound(federation, now),
    ...waitingClaim(federation, now),
    ...federation.participants.filter((p) => p.recovery).map((p) => waitingRecovery(p, now)),
    ...federation.lacking.map(lackingFile),
  ];
  show(
    byId('waiting'),
    table('What waits, and who may end it', ['What', 'Until', 'Who may end it', 'Command'], rows, 'Nothing waits.'),
  );
}

function waits(what, due, now, who, command) {
  return row(
    h('span', { class: 'detail' }, what),
    due === null ? '' : [time(due), h('br'), left(due, now)],
    h('span', { class: 'detail' }, who),
    command ? h('span', { class: 'detail' }, h('code', null, `fedledger ${command}`)) : '',
  );
}

function waitingRound(federation, now) {
  const round = federation.round;
  switch (round?.phase) {
    case 'committing': {
      const expected = round.stage === 0 ? round.drawn : null;
      const count = `${round.committed}${expected === null ? '' : ` of ${expected}`}`;
      return [
        waits(
          `Commits of round ${round.round}${stage(round)}: ${count}`,
          round.commitDeadline,
          now,
          'anyone, when all have committed or the time is over',
          'federation close-commits',
        ),
      ];
    }
    case 'publishing':
      return [
        waits(
          `A publication of round ${round.round}, attempt ${round.candidates.length + 1} of ${round.attempts}`,
          round.publicationDeadline,
          now,
          'an aggregator by publishing; anyone, when the time is over',
          'federation abort-round',
        ),
      ];
    case 'attesting': {
      const last = round.candidates.at(-1);
      return [
        waits(
          `Attestations to attempt ${last.attempt} of ${round.attempts}: ${last.matching.length} of ${round.attestationThreshold}`,
          last.attestationDeadline,
          now,
          'verifiers by attesting; anyone, when the time is over',
          'federation expire',
        ),
      ];
    }
    default:
      return [];
  }
}

/** Rounds of one stage do not speak of it. */
export function stage(round) {
  return round.stages > 1 ? `, stage ${round.stage + 1} of ${round.stages}` : '';
}

function waitingClaim(federation, now) {
  return federation.claimReadyAt === null
    ? []
    : [
        waits(
          ['The claim of ', short(federation.successor), ' to the coordinator’s office'],
          federation.claimReadyAt,
          now,
          'the coordinator by a veto; anyone by completing it, when the time is over',
          `federation succession ${federation.claimReadyAt >= now ? 'veto' : 'complete'}`,
        ),
      ];
}

function waitingRecovery(participant, now) {
  const { signer, readyAt } = participant.recovery;
  return waits(
    ['The key ', short(signer), ' in place of that of ', short(participant.address)],
    readyAt,
    now,
    'the present key by a veto; anyone by completing it, when the time is over',
    `federation recover-key ${readyAt >= now ? 'veto' : 'complete'}`,
  );
}

function lackingFile(file) {
  const names = {
    spec: 'The federation’s spec',
    plan: 'The round’s plan',
    model: `The model of version ${file.version}`,
    state: `The rule state of version ${file.version}`,
  };
  return waits(
    [badge('bad', `${names[file.what]} is not in this node’s store`), ' ', short(file.digest)],
    null,
    0,
    'whoever has it, or can make it again',
    file.version === null ? '' : `model rebuild --version ${file.version}`,
  );
}

/** What accuses nobody, and should be known. */
export function showNotes(federation) {
  const notes = [
    federation.closed ? ['The federation is closed; no round follows.'] : null,
    federation.nextBaseVersion !== federation.head.version && !federation.closed
      ? [`The next round builds on version ${federation.nextBaseVersion}, not on the last one.`]
      : null,
    ...federation.participants
      .filter((p) => p.recoveredFrom !== null)
      .map((p) => ['From round ', String(p.recoveredFrom), ' on ', short(p.address), ' has a key that none of its own signed for.']),
    federation.participants.length < federation.admitted
      ? [`Of ${federation.admitted} participants this page shows the first ${federation.participants.length}; fedledger audit participants lists all.`]
      : null,
    ...sharedKeys(federation.participants),
    ...severalOffices(federation),
  ].filter((note) => note !== null);
  show(
    byId('notes'),
    notes.length === 0
      ? null
      : [h('h3', null, 'Notes'), h('ul', { class: 'notes' }, notes.map((note) => h('li', null, note)))],
  );
}

function sharedKeys(participants) {
  return [...grouped(participants.map((p) => [p.signer, p.address]))]
    .filter(([, holders]) => holders.length > 1)
    .map(([signer, holders]) => ['One key, ', short(signer), ', signs for ', String(holders.length), ' participants: ', listed(holders)]);
}

function severalOffices(federation) {
  const pairs = officeRows(federation).map(([office, account]) => [account, office]);
  const next = (federation.round?.round ?? 0) + 1;
  federation.participants
    .filter((p) => p.until === null || p.until > next)
    .forEach((p) => pairs.push([p.address, 'participant']));
  return [...grouped(pairs)]
    .filter(([, offices]) => new Set(offices).size > 1)
    .map(([account, offices]) => [short(account), ` is ${[...new Set(offices)].join(' and ')}.`]);
}

function grouped(pairs) {
  const groups = new Map();
  pairs.forEach(([key, value]) => groups.set(key, [...(groups.get(key) ?? []), value]));
  return groups;
}

function listed(accounts) {
  return accounts.flatMap((account, i) => (i === 0 ? [short(account)] : [', ', short(account)]));
}

/** Office, account, from and until; those that are over are left out. */
function officeRows(federation) {
  const next = (federation.round?.round ?? 0) + 1;
  const tenures = (name, offices) =>
    offices.filter((o) => o.until === null || o.until > next).map((o) => [name, o.address, `from round ${o.from}`]);
  return [
    ['coordinator', federation.coordinator, ''],
    ...(federation.successor ? [['successor', federation.successor, '']] : []),
    ...tenures('aggregator', federation.aggregators),
    ...tenures('verifier', federation.verifiers),
    ...federation.auditors.map((account) => ['auditor', account, '']),
  ];
}

export function showOffices(federation) {
  show(
    byId('office-list'),
    table(
      'Who is in office',
      ['Office', 'Account', 'Since'],
      officeRows(federation).map(([office, account, more]) => row(office, short(account), more)),
      '',
    ),
  );
}

export function showChanges(changes, more) {
  show(
    byId('change-list'),
    table(
      'Changes of offices, keys, budgets and bases, the last one first',
      ['Change', 'Whom it concerns', 'Round', 'Detail', 'When', 'Transaction'],
      changes.map(changeRow),
      'Nothing has changed yet.',
    ),
    more ? h('p', { class: 'more' }, h('button', { type: 'button', 'data-key': 'older-changes', id: 'older-changes' }, 'Older changes')) : null,
  );
}

/** Accounts are shortened as elsewhere, and seconds are a time. */
function detail(text) {
  return text.split(/(0x[0-9a-f]{40}|(?<=vetoed by )[0-9]+)/).map((part) => {
    if (/^0x[0-9a-f]{40}$/.test(part)) {
      return short(part);
    }
    return /^[0-9]+$/.test(part) ? time(Number(part)) : part;
  });
}

function changeRow(change) {
  const nobody = /^0x0+$/.test(change.account);
  return row(
    change.change.replaceAll('-', ' '),
    nobody ? '' : short(change.account),
    change.round === null ? '' : String(change.round),
    change.detail === null ? '' : h('span', { class: 'detail' }, detail(change.detail)),
    time(change.timestamp),
    transaction(change.transaction),
  );
}
