package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedledger.node.http.BlobVisibility.Everybody;
import org.fedledger.node.http.BlobVisibility.Restricted;
import org.fedledger.store.BlobStore;
import org.fedledger.store.FileBlobStore;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobVisibilityTest {

  private static final long LONGEST_HEADER = 1 << 16;

  @TempDir Path folder;

  private final BlobVisibility.Lookup lookup = new BlobVisibility.Lookup();
  private final AtomicInteger reads = new AtomicInteger();
  private BlobStore store;

  @BeforeEach
  void open() throws IOException {
    store = new FileBlobStore(folder);
  }

  /** The folder's store, whose reads are counted. */
  private final BlobStore counted =
      new BlobStore() {
        @Override
        public OptionalLong size(Digest digest) {
          return store.size(digest);
        }

        @Override
        public Part read(Digest digest, long from, int length) {
          reads.incrementAndGet();
          return store.read(digest, from, length);
        }

        @Override
        public Receiving receive(Digest digest, long size) throws IOException {
          return store.receive(digest, size);
        }
      };

  private Digest stored(String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.ofContent(content);
    store.store(digest, content.length, new ByteArrayInputStream(content));
    return digest;
  }

  private BlobVisibility of(Digest digest) throws IOException {
    return lookup.of(digest, counted, LONGEST_HEADER);
  }

  /** Else each request of anybody takes as much memory as a tree of a million nodes. */
  @Test
  void shouldReadAFileOnceThatIsAlmostJson() throws IOException {
    Digest digest = stored("[{},{},{},{},{},{} ]");
    assertThat(of(digest)).isInstanceOf(Restricted.class);
    int once = reads.get();
    assertThat(of(digest)).isInstanceOf(Restricted.class);
    assertThat(reads).hasValue(once);
  }

  @Test
  void shouldReadADamagedFileAgainSinceItMayHaveComeAnew() throws IOException {
    Digest digest = stored("{\"a\":1,\"b\":[]}");
    Path file = folder.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    byte[] content = Files.readAllBytes(file);
    Files.writeString(file, "{\"a\":2,\"b\":[]}");
    assertThat(of(digest)).as("damaged").isInstanceOf(Restricted.class);
    Files.write(file, content);
    assertThat(of(digest)).isEqualTo(new Everybody(Answer.JSON));
  }
}
