package org.fedledger.simulation;

/** A simulation in which something happened that must never happen. */
public final class SimulationFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SimulationFailure(String what) {
    super(what);
  }

  SimulationFailure(String what, Throwable cause) {
    super(what, cause);
  }
}
