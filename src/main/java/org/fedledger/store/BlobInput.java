package org.fedledger.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.fedledger.types.Digest;

/**
 * A blob from its first byte to its last, brought range by range; one range is in memory at a time.
 * What it gives is not yet checked. Used by one thread.
 */
public final class BlobInput extends InputStream {

  /** Bytes asked for at once. */
  static final int RANGE = 1 << 22;

  /** What came of asking for a blob. */
  public sealed interface Opened permits Stream, AbsentBlob {}

  /** It is there. */
  public record Stream(BlobInput in) implements Opened {}

  private final BlobSource source;
  private final Digest digest;
  private final long size;
  private ByteBuffer bytes;
  private long at;

  private BlobInput(BlobSource source, Digest digest, BlobSource.Part.Bytes first) {
    this.source = source;
    this.digest = digest;
    this.size = first.size();
    take(first.bytes());
  }

  /** Asks for a blob, and brings its first range. Blocks. */
  public static Opened open(BlobSource source, Digest digest) {
    return switch (source.read(digest, 0, RANGE)) {
      case BlobSource.Part.Bytes first -> new Stream(new BlobInput(source, digest, first));
      case AbsentBlob absent -> absent;
    };
  }

  /**
   * A blob that must be there.
   *
   * @throws IOException if it is not
   */
  public static BlobInput of(BlobSource source, Digest digest) throws IOException {
    return switch (open(source, digest)) {
      case Stream(BlobInput in) -> in;
      case AbsentBlob absent -> throw new IOException("%s: %s".formatted(digest, absent));
    };
  }

  /** Bytes that the source says the blob has. */
  public long size() {
    return size;
  }

  @Override
  public int read() throws IOException {
    return atEnd() ? -1 : bytes.get() & 0xff;
  }

  /**
   * @throws IOException if a later range cannot be had
   */
  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) {
      return 0;
    }
    if (atEnd()) {
      return -1;
    }
    int count = Math.min(length, bytes.remaining());
    bytes.get(to, offset, count);
    return count;
  }

  private boolean atEnd() throws IOException {
    if (!bytes.hasRemaining() && at < size) {
      switch (source.read(digest, at, RANGE)) {
        case BlobSource.Part.Bytes next -> take(next.bytes());
        case AbsentBlob absent -> throw new IOException("%s: %s".formatted(digest, absent));
      }
      if (!bytes.hasRemaining()) {
        throw new IOException("%s ended after %d of %d bytes".formatted(digest, at, size));
      }
    }
    return !bytes.hasRemaining();
  }

  private void take(ByteBuffer next) {
    bytes = next;
    at += next.remaining();
  }
}
