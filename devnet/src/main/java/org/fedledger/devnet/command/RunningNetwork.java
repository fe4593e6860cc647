package org.fedledger.devnet.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import org.fedledger.devnet.network.Network;

/**
 * What {@code network.json} in a network's folder tells: where it answers, and which process holds
 * it. A process is known by its id and when it started, since ids are given out again.
 *
 * @param chain the kind of network
 * @param client what the chain node calls itself
 * @param startedAt when the process started; empty where the system does not tell
 */
record RunningNetwork(
    String chain,
    String client,
    long chainId,
    URI rpc,
    URI webSocket,
    long process,
    Optional<Instant> startedAt) {

  private static final String FILE = "network.json";
  private static final long MAX_BYTES = 64 << 10;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A network that this process holds. */
  static RunningNetwork heldHere(Network network, String client) {
    ProcessHandle self = ProcessHandle.current();
    return new RunningNetwork(
        network.kind(),
        client,
        Network.CHAIN_ID,
        network.rpc(),
        network.webSocket(),
        self.pid(),
        self.info().startInstant());
  }

  /** The network of that folder, if its process is still there. */
  static Optional<RunningNetwork> in(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    RunningNetwork told = read(file);
    return told.holder().isPresent() ? Optional.of(told) : Optional.empty();
  }

  private static RunningNetwork read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + ": too large to be one of ours");
    }
    try {
      JsonNode json = MAPPER.readTree(file.toFile());
      return new RunningNetwork(
          json.required("chain").textValue(),
          json.required("client").textValue(),
          json.required("chainId").longValue(),
          URI.create(json.required("rpc").textValue()),
          URI.create(json.required("webSocket").textValue()),
          json.required("process").longValue(),
          Optional.ofNullable(json.get("startedAt")).map(t -> Instant.parse(t.textValue())));
    } catch (IllegalArgumentException
        | NullPointerException
        | java.time.DateTimeException
        | com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IOException(file + ": not a file that tells of a network", e);
    }
  }

  /** Writes it for {@code status} and {@code down}; readers see the whole file or none. */
  void write(Path folder) throws IOException {
    Path temporary = folder.resolve(FILE + ".tmp");
    Files.write(temporary, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json()));
    Files.move(temporary, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  static void forget(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }

  /** The process that holds it and no other one, if it is still there. */
  Optional<ProcessHandle> holder() {
    return ProcessHandle.of(process)
        .filter(ProcessHandle::isAlive)
        .filter(p -> startedAt.isEmpty() || p.info().startInstant().equals(startedAt));
  }

  ObjectNode json() {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("chain", chain)
            .put("client", client)
            .put("chainId", chainId)
            .put("rpc", rpc.toString())
            .put("webSocket", webSocket.toString())
            .put("process", process);
    startedAt.ifPresent(t -> json.put("startedAt", t.toString()));
    return json;
  }
}
