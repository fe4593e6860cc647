package org.fedledger.devnet.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fedledger.devnet.network.Network;
import org.fedledger.devnet.network.RunningValidator;
import org.fedledger.files.WholeFile;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.types.Address;

/**
 * What {@code network.json} in a network's folder tells: where it answers, and which process holds
 * it. A process is known by its id and when it started, since ids are given out again.
 *
 * @param chain the kind of network
 * @param client what the chain node calls itself
 * @param startedAt when the process started; empty where the system does not tell
 * @param control where that process can be asked to start validators anew
 * @param validators none where one process is the whole network
 */
record RunningNetwork(
    String chain,
    String client,
    long chainId,
    URI rpc,
    URI webSocket,
    long process,
    Optional<Instant> startedAt,
    Path control,
    List<RunningValidator> validators) {

  private static final String FILE = "network.json";
  private static final long MAX_BYTES = 64 << 10;
  private static final int MAX_PORT = 65_535;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  RunningNetwork {
    validators = List.copyOf(validators);
  }

  /** A network that this process holds. */
  static RunningNetwork heldHere(Network network, String client, Path control) {
    ProcessHandle self = ProcessHandle.current();
    return new RunningNetwork(
        network.kind(),
        client,
        Network.CHAIN_ID,
        network.rpc(),
        network.webSocket(),
        self.pid(),
        self.info().startInstant(),
        control,
        network.validators());
  }

  /** The network of that folder, if its process is still there. */
  static Optional<RunningNetwork> in(Path folder) throws IOException {
    return told(folder).filter(network -> network.holder().isPresent());
  }

  /** The network that was up in that folder last, unless it was ended in order. */
  static Optional<RunningNetwork> told(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  private static RunningNetwork read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + ": too large to be one of ours");
    }
    try {
      return read(JsonReader.of("network", MAPPER.readTree(file.toFile())));
    } catch (MalformedJsonException | JsonProcessingException e) {
      throw new IOException(
          "%s: not a file that tells of a network: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static RunningNetwork read(JsonReader reader) {
    RunningNetwork network =
        new RunningNetwork(
            reader.text("chain"),
            reader.text("client"),
            reader.integer("chainId", 1, CanonicalJson.MAX_INTEGER),
            reader.text("rpc", URI::create),
            reader.text("webSocket", URI::create),
            process(reader),
            startedAt(reader),
            reader.text("control", Path::of),
            reader
                .optional("validators", (r, key) -> r.objects(key, RunningNetwork::readValidator))
                .orElse(List.of()));
    reader.end();
    return network;
  }

  private static RunningValidator readValidator(JsonReader reader) {
    RunningValidator validator =
        new RunningValidator(
            reader.text("name"),
            reader.text("address", Address::of),
            reader.text("rpc", URI::create),
            reader.text("webSocket", URI::create),
            (int) reader.integer("p2p", 1, MAX_PORT),
            process(reader),
            startedAt(reader));
    reader.end();
    return validator;
  }

  private static long process(JsonReader reader) {
    return reader.integer("process", 1, CanonicalJson.MAX_INTEGER);
  }

  private static Optional<Instant> startedAt(JsonReader reader) {
    return reader.optional("startedAt", (r, key) -> r.text(key, RunningNetwork::instant));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Writes it for {@code status} and {@code down}; readers see the whole file or none. */
  void write(Path folder) throws IOException {
    byte[] document = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json());
    WholeFile.writeForOthers(folder.resolve(FILE), to -> to.write(document));
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
            .put("process", process)
            .put("control", control.toString());
    startedAt.ifPresent(t -> json.put("startedAt", t.toString()));
    if (!validators.isEmpty()) {
      ArrayNode all = json.putArray("validators");
      validators.forEach(validator -> all.add(json(validator)));
    }
    return json;
  }

  static ObjectNode json(RunningValidator validator) {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("name", validator.name())
            .put("address", validator.address().toString())
            .put("rpc", validator.rpc().toString())
            .put("webSocket", validator.webSocket().toString())
            .put("p2p", validator.p2p())
            .put("process", validator.process());
    validator.startedAt().ifPresent(t -> json.put("startedAt", t.toString()));
    return json;
  }
}
