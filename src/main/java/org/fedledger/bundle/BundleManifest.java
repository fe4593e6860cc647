package org.fedledger.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;

/**
 * What a bundle says of itself. None of it is believed: it says where to look, and what is found
 * there is checked.
 *
 * @param consensus by whose rules headers are hashed and sealed
 * @param epochLength of QBFT, as the genesis file says; 0 otherwise
 * @param founded number of the block in which the federation was founded
 * @param head number of the last block that counts
 * @param headHash its hash
 * @param headers which ones there are
 * @param firstRound of those whose files are here
 * @param lastRound of those; 0 if there is none
 * @param updates whether the updates' files were to be here
 * @param erased files that were taken away on purpose, and why
 */
public record BundleManifest(
    SigningDomain domain,
    Consensus consensus,
    long epochLength,
    long founded,
    long head,
    BlockHash headHash,
    Headers headers,
    long firstRound,
    long lastRound,
    boolean updates,
    SortedMap<Digest, String> erased) {

  public static final String FORMAT = "fedledger-bundle";
  public static final int VERSION = 1;

  static final String ENTRY = "manifest.json";

  /** By whose rules headers are hashed and sealed. */
  public enum Consensus {
    /** Keccak-256 of the header; nobody seals it. Anvil's. */
    NONE,
    QBFT;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Which headers a bundle has. */
  public enum Headers {
    /**
     * On QBFT all from block 0 on, else all from the founding on. Only those that need their seals
     * have them.
     */
    ALL,
    /** Only those of blocks with events, the last one, and on QBFT the genesis; each sealed. */
    NEEDED;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public BundleManifest {
    erased = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(erased));
    if (founded < 0 || head < founded || firstRound < 1 || lastRound < 0) {
      throw new IllegalArgumentException("blocks and rounds of a bundle ascend");
    }
    if ((consensus == Consensus.QBFT) != (epochLength > 0)) {
      throw new IllegalArgumentException("QBFT has an epoch length, and nothing else has");
    }
  }

  byte[] write() {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("format", FORMAT).put("version", VERSION);
    out.put("chainId", domain.chainId()).put("contract", domain.contract().toString());
    out.put("consensus", consensus.text()).put("epochLength", epochLength);
    out.put("founded", founded);
    out.put("head", head).put("headHash", headHash.toString());
    out.put("headers", headers.text());
    out.put("firstRound", firstRound).put("lastRound", lastRound).put("updates", updates);
    ArrayNode gone = out.putArray("erased");
    erased.forEach(
        (digest, why) -> gone.addObject().put("digest", digest.toString()).put("why", why));
    return CanonicalJson.write(out);
  }

  /**
   * @throws MalformedBundleException unless {@link #write} writes just this
   */
  static BundleManifest parse(byte[] file) {
    try {
      JsonReader in = JsonReader.of("manifest", CanonicalJson.parse(file));
      if (!in.text("format").equals(FORMAT)) {
        throw in.malformed("format", "this is another kind of file");
      }
      long version = in.integer("version", 0, Integer.MAX_VALUE);
      if (version != VERSION) {
        throw in.malformed(
            "version", "version %d is unknown; known is %d".formatted(version, VERSION));
      }
      BundleManifest manifest =
          new BundleManifest(
              new SigningDomain(
                  in.integer("chainId", 1, CanonicalJson.MAX_INTEGER),
                  in.text("contract", Address::of)),
              in.text("consensus", text -> oneOf(Consensus.values(), text)),
              in.integer("epochLength", 0, CanonicalJson.MAX_INTEGER),
              in.integer("founded", 0, CanonicalJson.MAX_INTEGER),
              in.integer("head", 0, CanonicalJson.MAX_INTEGER),
              in.text("headHash", BlockHash::of),
              in.text("headers", text -> oneOf(Headers.values(), text)),
              in.integer("firstRound", 1, CanonicalJson.MAX_INTEGER),
              in.integer("lastRound", 0, CanonicalJson.MAX_INTEGER),
              in.flag("updates"),
              erased(in));
      in.end();
      if (!java.util.Arrays.equals(manifest.write(), file)) {
        throw new MalformedBundleException("the manifest is not in its one form");
      }
      return manifest;
    } catch (MalformedJsonException e) {
      throw new MalformedBundleException("entry '%s': %s".formatted(ENTRY, e.getMessage()), e);
    } catch (MalformedBundleException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new MalformedBundleException("entry '%s': %s".formatted(ENTRY, e.getMessage()), e);
    }
  }

  private static SortedMap<Digest, String> erased(JsonReader in) {
    SortedMap<Digest, String> erased = new TreeMap<>();
    for (Map.Entry<Digest, String> each :
        in.objects("erased", e -> Map.entry(e.text("digest", Digest::of), e.text("why")))) {
      erased.put(each.getKey(), each.getValue());
    }
    return erased;
  }

  private static <E extends Enum<E>> E oneOf(E[] values, String text) {
    Optional<E> found =
        List.of(values).stream()
            .filter(v -> v.name().toLowerCase(java.util.Locale.ROOT).equals(text))
            .findFirst();
    return found.orElseThrow(
        () -> new IllegalArgumentException("'%s' is none of the known words".formatted(text)));
  }
}
