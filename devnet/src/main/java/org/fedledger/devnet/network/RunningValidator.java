package org.fedledger.devnet.network;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.fedledger.types.Address;

/**
 * One validator as others find it.
 *
 * @param name within its network
 * @param address that it signs blocks with
 * @param p2p where its peers reach it, on 127.0.0.1
 * @param process its id
 * @param startedAt when the process started; empty where the system does not tell
 */
public record RunningValidator(
    String name,
    Address address,
    URI rpc,
    URI webSocket,
    int p2p,
    long process,
    Optional<Instant> startedAt) {

  /** Its process and no other one, if it is still there. */
  public Optional<ProcessHandle> handle() {
    return ProcessHandle.of(process)
        .filter(ProcessHandle::isAlive)
        .filter(p -> startedAt.isEmpty() || p.info().startInstant().equals(startedAt));
  }
}
