// What the node knows, as the page needs it. Paths are relative, so that the page also works behind
// a proxy that serves it under another path.

export class NodeTrouble extends Error {}

async function get(path) {
  let answer;
  try {
    answer = await fetch(path, { headers: { Accept: 'application/json' } });
  } catch {
    throw new NodeTrouble('The node does not answer.');
  }
  if (!answer.ok) {
    throw new NodeTrouble(await problem(answer));
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

export function readFederation() {
  return json('v1/federation');
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
