import { readBlob } from './node.js';

/** The browser hashes a file as a whole; larger ones are for sha256sum. */
const MAX_BYTES = 512 * 1024 * 1024;

export class CannotVerify extends Error {}

/** SHA-256 as the ledger writes it. */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) {
    throw new CannotVerify('Browsers compute hashes only on pages that came over HTTPS or from this machine.');
  }
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `0x${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

export async function hashOfBlob(digest) {
  return sha256(await readBlob(digest, MAX_BYTES));
}

export async function hashOfFile(file) {
  requireSize(file.size);
  return sha256(await file.arrayBuffer());
}

export function requireSize(size) {
  if (size > MAX_BYTES) {
    throw new CannotVerify(`The file has ${size} bytes, which is much for a browser; run sha256sum on it instead.`);
  }
}
