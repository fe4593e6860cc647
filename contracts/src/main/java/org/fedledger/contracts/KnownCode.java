package org.fedledger.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.fedledger.crypto.Keccak256;

/**
 * What a build of our contract is known by.
 *
 * @param name of the release, or that it is the present build
 * @param creationBytes how long the code is that creates it, without the setup that follows
 * @param creationHash its keccak-256, as 64 lower-case hex digits
 * @param runtimeBytes how long the code is that it runs as
 * @param runtimeHash its keccak-256 with immutables as zeros, likewise
 * @param immutables where those stand
 */
record KnownCode(
    String name,
    int creationBytes,
    String creationHash,
    int runtimeBytes,
    String runtimeHash,
    List<Span> immutables) {

  static final String PRESENT = "this build's";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A run of bytes. */
  record Span(int start, int length) {}

  KnownCode {
    immutables = List.copyOf(immutables);
  }

  /** The present build's first, then every release's. */
  static List<KnownCode> all() {
    List<KnownCode> all = new ArrayList<>();
    all.add(present(json("FederatedLedger.json")));
    new String(bytes("releases/NAMES"), UTF_8)
        .lines()
        .map(name -> release(json("releases/" + name + ".json")))
        .forEach(all::add);
    return List.copyOf(all);
  }

  private static JsonNode json(String file) {
    try {
      return JSON.readTree(bytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " of this build cannot be read", e);
    }
  }

  private static byte[] bytes(String file) {
    try (InputStream in = KnownCode.class.getResourceAsStream(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " of this build cannot be read", e);
    }
  }

  private static KnownCode present(JsonNode output) {
    JsonNode compiled = output.at("/contracts/FederatedLedger.sol/FederatedLedger/evm");
    byte[] creation = HexFormat.of().parseHex(compiled.at("/bytecode/object").textValue());
    byte[] runtime = HexFormat.of().parseHex(compiled.at("/deployedBytecode/object").textValue());
    List<Span> immutables = new ArrayList<>();
    compiled
        .at("/deployedBytecode/immutableReferences")
        .forEach(places -> spans(places, immutables));
    return new KnownCode(
        PRESENT,
        creation.length,
        hash(creation),
        runtime.length,
        hash(masked(runtime, immutables)),
        immutables);
  }

  private static KnownCode release(JsonNode file) {
    List<Span> immutables = new ArrayList<>();
    spans(file.at("/runtime/immutables"), immutables);
    return new KnownCode(
        "release " + file.get("name").textValue() + "'s",
        file.at("/creation/bytes").intValue(),
        file.at("/creation/keccak256").textValue().substring(2),
        file.at("/runtime/bytes").intValue(),
        file.at("/runtime/keccak256").textValue().substring(2),
        immutables);
  }

  private static void spans(JsonNode places, List<Span> into) {
    places.forEach(p -> into.add(new Span(p.get("start").intValue(), p.get("length").intValue())));
  }

  /** Whether a deployed contract has this code, whatever its immutables. */
  boolean runsAs(byte[] deployed) {
    return deployed.length == runtimeBytes
        && hash(masked(deployed, immutables)).equals(runtimeHash);
  }

  /** Whether the input of a transaction creates a contract with this code. */
  boolean isCreatedBy(byte[] input) {
    return input.length >= creationBytes
        && hash(Arrays.copyOf(input, creationBytes)).equals(creationHash);
  }

  private static byte[] masked(byte[] code, List<Span> immutables) {
    byte[] masked = code.clone();
    immutables.forEach(s -> Arrays.fill(masked, s.start(), s.start() + s.length(), (byte) 0));
    return masked;
  }

  private static String hash(byte[] bytes) {
    return HexFormat.of().formatHex(Keccak256.hash(bytes));
  }
}
