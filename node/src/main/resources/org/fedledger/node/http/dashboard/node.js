// What the node knows, as the page needs it. Paths are relative, so that the page also works behind
// a proxy that serves it under another path.

export class NodeTrouble extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function get(path) {
  let answer;
  try {
    answer = await fetch(path, { headers: { Accept: 'application/json' } });
  } catch {
    throw new NodeTrouble('The node does not answer.');
  }
  if (!answer.ok) {
    throw new NodeTrouble(await problem(answer), answer.status);
  }
  return answer;
}

async function problem(answer) {
  try {
    const told = await answer.json();
    return `${told.title}: ${told.detail}`;
  } catch {
    return `The node answered with status ${answer.status}.`;
  }
}

async function json(path) {
  return (await get(path)).json();
}

/** Participants are counted as admitted, and the first thousand of them listed. */
export async function readFederation() {
  const [federation, page] = await Promise.all([json('v1/federation'), json('v1/federation/participants?limit=1000')]);
  return { ...federation, admitted: federation.participants, participants: page.items };
}

/** The last hundred versions at most. */
export function readCourse(lastVersion) {
  const from = Math.max(0, lastVersion - 99);
  return json(`v1/evaluations?from=${from}&to=${from + 99}`);
}

export async function readBlob(digest, maxBytes) {
  const answer = await get(`v1/blobs/${digest}`);
  const size = Number(answer.headers.get('Content-Length'));
  if (size > maxBytes) {
    await answer.body.cancel();
    throw new NodeTrouble(`The file has ${size} bytes, too many for a browser; fetch it and run sha256sum on it.`);
  }
  return answer.arrayBuffer();
}

/** Calls back now and whenever something changed; says whether the node is there. */
export function follow(onChange, onPresence) {
  const changes = new EventSource('v1/changes');
  changes.addEventListener('changed', (event) => onChange(JSON.parse(event.data)));
  changes.addEventListener('open', () => onPresence(true));
  changes.addEventListener('error', () => onPresence(false));
}

const LEDGER = 'v1/audit';

/** What the ledger recorded, from the node's index; which transaction recorded what is remembered. */
export async function readRounds(cursor) {
  const page = await json(`${LEDGER}/rounds?order=newest&limit=50${cursor ? `&cursor=${cursor}` : ''}`);
  page.items.forEach((round) => {
    remember(round.transaction, `round ${round.round} was opened`);
    if (round.ended) {
      remember(round.ended.transaction, `round ${round.round} ended: ${round.status}`);
    }
  });
  return page;
}

export async function readRound(number) {
  const found = await json(`${LEDGER}/rounds/${number}?limit=1000`);
  const attestations = await json(`${LEDGER}/attestations?fromRound=${number}&toRound=${number}&limit=1000`);
  found.items.forEach((update) =>
    remember(update.transaction, `${update.participant} committed update ${update.digest} in round ${number}`),
  );
  found.publications.forEach((publication) =>
    remember(publication.transaction, `${publication.aggregator} published ${publication.model} as attempt ${publication.attempt} of round ${number}`),
  );
  attestations.items.forEach((attestation) =>
    remember(attestation.transaction, `${attestation.verifier} attested: ${attestation.status}`),
  );
  return { ...found.round, updates: found.items, publications: found.publications, attestations: attestations.items };
}

/** The last ones, in ascending order. */
export async function readVersions() {
  const page = await json(`${LEDGER}/versions?order=newest&limit=100`);
  page.items.forEach((version) => remember(version.transaction, `version ${version.version} became final: ${version.model}`));
  return page.items.toReversed();
}

/** By address. */
export async function readParticipants() {
  const page = await json(`${LEDGER}/participants?limit=1000`);
  page.items.forEach((p) => remember(p.transaction, `${p.participant} was admitted`));
  return new Map(page.items.map((participant) => [participant.participant, participant]));
}

/** The last ones first. */
export async function readChanges(cursor) {
  const page = await json(`${LEDGER}/changes?order=newest&limit=20${cursor ? `&cursor=${cursor}` : ''}`);
  page.items.forEach((change) => remember(change.transaction, `${change.change.replaceAll('-', ' ')}${change.detail ? `: ${change.detail}` : ''}`));
  return page;
}

/** Whether the node has a file that everybody may read. */
export async function hasBlob(digest) {
  try {
    return (await fetch(`v1/blobs/${digest}`, { method: 'HEAD' })).ok;
  } catch {
    throw new NodeTrouble('The node does not answer.');
  }
}

export async function readGas() {
  return (await json(`${LEDGER}/gas`)).items;
}

/** The versions that an update is in; null if no update has the digest. */
export async function readReach(digest) {
  try {
    return await json(`${LEDGER}/updates/${digest}/lineage?limit=1`);
  } catch (error) {
    if (error.status === 404) {
      return null;
    }
    throw error;
  }
}

const recorded = new Map();

function remember(transaction, what) {
  const known = recorded.get(transaction) ?? new Set();
  recorded.set(transaction, known.add(what));
}

/** What this page has read of a transaction. */
export function recordsOf(transaction) {
  return [...(recorded.get(transaction) ?? [])];
}
