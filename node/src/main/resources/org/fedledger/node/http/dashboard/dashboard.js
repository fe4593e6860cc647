// The page: reads what the node knows, shows it, and reads again when the node tells of a change.

import { byId, h } from './dom.js';
import * as governance from './governance.js';
import * as node from './node.js';
import { CannotVerify, hashOfBlob, hashOfFile } from './verify.js';
import * as views from './views.js';

const PAUSE = 250;
const RETRY = 2000;

/** What was read last, by which links and the verify form are answered. */
const known = { federation: null, rounds: [], older: undefined, versions: [], changes: [], olderChanges: undefined };

let reading = false;
let again = false;

/** Reads and shows all that may have changed; changes that come meanwhile are read after it. */
async function refresh() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    do {
      again = false;
      await read();
      await new Promise((done) => setTimeout(done, PAUSE));
    } while (again);
    trouble('');
  } catch (error) {
    trouble(error instanceof node.NodeTrouble ? error.message : `This page failed: ${error.message}`);
    if (error instanceof node.NodeTrouble) {
      setTimeout(refresh, RETRY);
    } else {
      console.error(error);
    }
  } finally {
    reading = false;
  }
}

async function read() {
  const federation = await node.readFederation();
  known.federation = federation;
  views.showFederation(federation, await recordOf(federation.round));
  governance.showWaiting(federation);
  governance.showNotes(federation);
  governance.showOffices(federation);
  views.showCourse(await node.readCourse(federation.head.version));
  const [rounds, versions, participants, gas, changes] = await Promise.all([
    node.readRounds(),
    node.readVersions(),
    node.readParticipants(),
    node.readGas(),
    node.readChanges(),
  ]);
  known.rounds = merge(known.rounds, rounds.items);
  known.older = known.older === undefined ? rounds.next : known.older;
  known.versions = versions;
  known.changes = mergeChanges(known.changes, changes.items);
  known.olderChanges = known.olderChanges === undefined ? changes.next : known.olderChanges;
  showRounds();
  showChanges();
  views.showGas(gas);
  views.showParticipants(federation, participants);
  views.showLineage(known.versions, known.rounds, showVersion);
  views.showChoices(versions);
}

/** Of the round that is shown, with its transactions; the index may not have it yet. */
async function recordOf(round) {
  try {
    return round ? await node.readRound(round.round) : null;
  } catch (error) {
    if (error.status === 404) {
      return null;
    }
    throw error;
  }
}

function showRounds() {
  views.showRounds(known.rounds, known.older);
  byId('older')?.addEventListener('click', older, { once: true });
}

function showChanges() {
  governance.showChanges(known.changes, known.olderChanges);
  byId('older-changes')?.addEventListener('click', olderChanges, { once: true });
}

async function showVersion(version) {
  try {
    const round = version.round === null ? null : await node.readRound(version.round);
    const here = await node.hasBlob(version.model);
    views.showDialog(`Version ${version.version}`, views.versionDetails(version, round, here));
  } catch (error) {
    views.showDialog('Not to be had', h('p', null, error.message));
  }
}

/** Rounds that were read before stay, so that what somebody looks at does not go away. */
function merge(before, fresh) {
  const all = new Map([...before, ...fresh].map((round) => [round.round, round]));
  return [...all.values()].sort((a, b) => b.round - a.round);
}

/** Several changes may be of one transaction, but no two alike. */
function mergeChanges(before, fresh) {
  const key = (c) => [c.block, c.transaction, c.change, c.account, c.detail].join();
  const seen = new Set(before.map(key));
  return [...fresh.filter((c) => !seen.has(key(c))), ...before];
}

async function olderChanges() {
  try {
    const page = await node.readChanges(known.olderChanges);
    known.changes = [...known.changes, ...page.items];
    known.olderChanges = page.next;
  } catch (error) {
    trouble(error.message);
  }
  showChanges();
}

async function older() {
  try {
    const page = await node.readRounds(known.older);
    known.rounds = merge(known.rounds, page.items);
    known.older = page.next;
  } catch (error) {
    trouble(error.message);
  }
  showRounds();
}

function trouble(text) {
  const place = byId('trouble');
  place.textContent = text;
  place.hidden = text === '';
}

/** Rounds and transactions have addresses of their own, so that they can be linked and sent. */
async function followLink() {
  const [, what, value] = /^#(round|tx)=(\w+)$/.exec(location.hash) ?? [];
  try {
    if (what === 'round') {
      views.showDialog(`Round ${value}`, views.roundDetails(await node.readRound(value)));
    } else if (what === 'tx') {
      views.showDialog('Transaction', views.transactionDetails(value, node.recordsOf(value)));
    }
  } catch (error) {
    views.showDialog('Not to be had', h('p', null, error.message));
  }
}

async function verify(event) {
  event.preventDefault();
  const digest = byId('verify-version').value;
  const version = known.versions.find((v) => v.model === digest);
  if (version) {
    await judge(
      () => hashOfBlob(digest),
      (computed) => ({
        computed,
        recorded: digest,
        transaction: version.transaction,
        ...(computed === digest
          ? { kind: 'good', text: `This file is version ${version.version} as the ledger records it` }
          : { kind: 'bad', text: `This file is NOT version ${version.version}: its digest differs` }),
      }),
    );
  }
}

async function verifyFile() {
  const file = byId('verify-file').files[0];
  if (file) {
    await judge(
      () => hashOfFile(file),
      async (computed) => ({ computed, ...(await identify(computed, file.name)) }),
    );
  }
}

/** What a file is, by its digest. */
async function identify(digest, name) {
  const version = known.versions.find((v) => v.model === digest);
  if (version) {
    return { kind: 'good', recorded: digest, transaction: version.transaction, text: `${name} is version ${version.version}` };
  }
  if (known.federation?.spec === digest) {
    return { kind: 'good', recorded: digest, text: `${name} is the federation's spec` };
  }
  const reach = await node.readReach(digest);
  if (!reach) {
    return { kind: 'bad', text: `${name} is no version that this page lists, and no update that was committed` };
  }
  return {
    kind: 'good',
    recorded: digest,
    text: reach.firstVersion === null
      ? `${name} is an update that was committed and is in no version`
      : `${name} is an update that is in version ${reach.firstVersion} and all after it`,
  };
}

async function judge(hash, verdict) {
  const button = byId('verify-button');
  button.disabled = true;
  views.showVerdict({ kind: 'wait', text: 'Computing' });
  try {
    views.showVerdict(await verdict(await hash()));
  } catch (error) {
    const expected = error instanceof CannotVerify || error instanceof node.NodeTrouble;
    views.showVerdict({ kind: 'none', text: expected ? error.message : `This page failed: ${error.message}` });
  } finally {
    button.disabled = false;
  }
}

function presence(there) {
  const live = byId('live');
  live.dataset.state = there ? 'live' : 'lost';
  live.textContent = there ? 'Live' : 'The node does not answer; trying again';
}

byId('verify-form').addEventListener('submit', verify);
byId('verify-file').addEventListener('change', verifyFile);
byId('transaction').addEventListener('close', () => {
  if (/^#(round|tx)=/.test(location.hash)) {
    history.replaceState(null, '', location.pathname + location.search);
  }
});
window.addEventListener('hashchange', followLink);
node.follow(refresh, presence);
followLink();
