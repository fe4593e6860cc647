package org.fedledger.node.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobStore;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.StateMetadata;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Digest;

/**
 * Who may read a blob, as far as the blob itself says it.
 *
 * <p>Canonical JSON (specs, plans, evaluations), models and states are everybody's. Everything else
 * is not, above all what cannot be read: a malformed update is still somebody's data. A header
 * longer than any of the federation's own is not read.
 */
public sealed interface BlobVisibility {

  /** Everybody may. */
  record Everybody(String contentType) implements BlobVisibility {}

  /**
   * Those whom the spec names may, and the author.
   *
   * @param update what the blob says of itself, if it is an update
   */
  record Restricted(Optional<UpdateMetadata> update) implements BlobVisibility {}

  /** Metadata of models and states is no longer than an update's and this. */
  long MORE_METADATA = 1 << 10;

  long WITHOUT_SPEC = 64 << 10;

  /** The spec tells the tensors, and so how many bytes a header of the federation can have. */
  static long longestHeader(Optional<FederationSpec> spec) {
    return spec.map(known -> known.architecture().schema())
        .map(
            schema ->
                UpdateMetadata.fileSize(schema)
                    - new SafetensorsHeader(Map.of(), schema).dataSize()
                    + MORE_METADATA)
        .orElse(WITHOUT_SPEC);
  }

  /**
   * Looks into blobs, and remembers what it saw; a blob never changes. A damaged file may come
   * again, and is not remembered.
   *
   * <p>Whoever asks for a blob has it looked at, and reading JSON takes many times the file's
   * memory: one is looked at at a time, and the same file once.
   */
  final class Lookup {

    private static final int REMEMBERED = 4_096;

    private static final BlobVisibility UNREADABLE = new Restricted(Optional.empty());

    /** What a look told, and whether it would tell the same at any time. */
    private record Judgement(BlobVisibility visibility, boolean forGood) {}

    private final ReentrantLock looking = new ReentrantLock();

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
    public BlobVisibility of(Digest digest, BlobStore store, long longestHeader)
        throws IOException {
      BlobVisibility known = seen.get(digest);
      if (known != null) {
        return known;
      }
      looking.lock();
      try {
        known = seen.get(digest);
        if (known == null) {
          Judgement judgement = look(digest, store, longestHeader);
          known = judgement.visibility();
          if (judgement.forGood()) {
            seen.put(digest, known);
          }
        }
        return known;
      } finally {
        looking.unlock();
      }
    }

    private static Judgement look(Digest digest, BlobStore store, long longestHeader)
        throws IOException {
      try (BlobInput in = BlobInput.of(store, digest)) {
        if (in.size() > CanonicalJson.MAX_BYTES) {
          return tensors(in, in.size(), longestHeader);
        }
        byte[] content = in.readAllBytes();
        return headerLength(content) <= content.length
            ? tensors(new ByteArrayInputStream(content), content.length, longestHeader)
            : json(digest, content);
      }
    }

    private static Judgement json(Digest digest, byte[] content) {
      // Text is a header of more bytes than any file has; so this is JSON, or nothing at all.
      if (!Digest.ofContent(content).equals(digest)) {
        return new Judgement(UNREADABLE, false);
      }
      return new Judgement(isJson(content) ? new Everybody(Answer.JSON) : UNREADABLE, true);
    }

    private static boolean isJson(byte[] content) {
      try {
        CanonicalJson.parse(content);
        return true;
      } catch (MalformedJsonException e) {
        return false;
      }
    }

    /** As the first bytes of a file of tensors say it; beyond any file's size if they do not. */
    private static long headerLength(byte[] start) {
      long length =
          ByteBuffer.wrap(Arrays.copyOf(start, Long.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN)
              .getLong();
      return length < 0 ? Long.MAX_VALUE : length;
    }

    private static Judgement tensors(InputStream in, long size, long longestHeader)
        throws IOException {
      byte[] field = in.readNBytes(Long.BYTES);
      long length = headerLength(field);
      if (length > Math.min(longestHeader, size)) {
        return new Judgement(UNREADABLE, false);
      }
      byte[] header = in.readNBytes((int) length);
      byte[] prefix = Arrays.copyOf(field, field.length + header.length);
      System.arraycopy(header, 0, prefix, field.length, header.length);
      try {
        return new Judgement(
            switch (BlobMetadata.of(SafetensorsHeader.parse(prefix, size).metadata())) {
              case ModelMetadata _, StateMetadata _ -> new Everybody("application/octet-stream");
              case UpdateMetadata update -> new Restricted(Optional.of(update));
            },
            true);
      } catch (MalformedFileException e) {
        return new Judgement(UNREADABLE, false);
      }
    }
  }
}
