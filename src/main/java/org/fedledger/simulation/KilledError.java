package org.fedledger.simulation;

/**
 * Ends a role in the middle of what it does, as a power cut would; nothing of it may catch this.
 */
final class KilledError extends Error {

  private static final long serialVersionUID = 1L;

  KilledError() {
    super("killed", null, false, false);
  }
}
