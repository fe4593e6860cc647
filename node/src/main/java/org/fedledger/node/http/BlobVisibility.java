package org.fedledger.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.StateMetadata;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * Who may read a blob, as far as the blob itself says it.
 *
 * <p>Canonical JSON (specs, plans, evaluations), models and states are everybody's. Everything else
 * is not, above all what cannot be read: a malformed update is still somebody's data. A header
 * longer than any of the federation's own is not read.
 */
sealed interface BlobVisibility {

  /** Everybody may. */
  record Everybody(String contentType) implements BlobVisibility {}

  /**
   * Those whom the spec names may, and the author.
   *
   * @param author whom the blob names, if it names somebody
   */
  record Restricted(Optional<Address> author) implements BlobVisibility {}

  /** Looks into files, and remembers what it saw; a blob never changes. */
  final class Lookup {

    private static final int REMEMBERED = 4_096;

    private final Map<Digest, BlobVisibility> seen =
        Collections.synchronizedMap(
            new LinkedHashMap<>(16, 0.75f, true) {
              private static final long serialVersionUID = 1L;

              @Override
              protected boolean removeEldestEntry(Map.Entry<Digest, BlobVisibility> eldest) {
                return size() > REMEMBERED;
              }
            });

    /**
     * @param longestHeader bytes of the longest header that is read
     */
    BlobVisibility of(Digest digest, Path file, long longestHeader) throws IOException {
      BlobVisibility known = seen.get(digest);
      if (known == null) {
        known = look(file, longestHeader);
        seen.put(digest, known);
      }
      return known;
    }

    private static BlobVisibility look(Path file, long longestHeader) throws IOException {
      if (isJson(file)) {
        return new Everybody(Answer.JSON);
      }
      return headerLength(file) <= longestHeader ? tensors(file) : new Restricted(Optional.empty());
    }

    /** The first eight bytes, little-endian; a shorter file is none of ours whatever is said. */
    private static long headerLength(Path file) throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] prefix = in.readNBytes(Long.BYTES);
        long length =
            ByteBuffer.wrap(Arrays.copyOf(prefix, Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        return length < 0 ? Long.MAX_VALUE : length;
      }
    }

    private static boolean isJson(Path file) throws IOException {
      if (Files.size(file) > CanonicalJson.MAX_BYTES) {
        return false;
      }
      try {
        CanonicalJson.parse(Files.readAllBytes(file));
        return true;
      } catch (MalformedJsonException e) {
        return false;
      }
    }

    private static BlobVisibility tensors(Path file) throws IOException {
      try (SafetensorsFile open = SafetensorsFile.open(file)) {
        Map<String, String> metadata = open.header().metadata();
        return switch (BlobMetadata.of(metadata)) {
          case ModelMetadata _, StateMetadata _ -> new Everybody("application/octet-stream");
          case UpdateMetadata update -> new Restricted(Optional.of(update.author()));
        };
      } catch (MalformedFileException e) {
        return new Restricted(Optional.empty());
      }
    }
  }
}
