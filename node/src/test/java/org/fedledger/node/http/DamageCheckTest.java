package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.fedledger.store.BlobStore;
import org.fedledger.store.FileBlobStore;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamageCheckTest {

  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1));
  private BlobStore files;
  private volatile Runnable onRead = () -> {};
  private DamageCheck check;

  @BeforeEach
  void open() throws IOException {
    files = new FileBlobStore(folder);
    check = new DamageCheck(slow, now::get, nanos::get);
  }

  private final BlobStore slow =
      new BlobStore() {
        @Override
        public OptionalLong size(Digest digest) {
          return files.size(digest);
        }

        @Override
        public Part read(Digest digest, long from, int length) {
          onRead.run();
          return files.read(digest, from, length);
        }

        @Override
        public Receiving receive(Digest digest, long size) throws IOException {
          return files.receive(digest, size);
        }
      };

  private Digest damaged(int number) throws IOException {
    byte[] content = {(byte) number};
    Digest digest = Digest.ofContent(content);
    files.store(digest, 1, new ByteArrayInputStream(content));
    Files.write(folder.resolve(digest.hex().substring(0, 2)).resolve(digest.hex()), new byte[2]);
    return digest;
  }

  /** Whoever names one large version after the other shall not keep a node reading its store. */
  @Test
  void spendsNoMoreThanAPartOfTheTimeOnThoseWhomNobodyKnows() throws IOException {
    onRead = () -> nanos.addAndGet(DamageCheck.FOR_UNKNOWN.toNanos());
    assertThat(check.isDamaged(damaged(1), false)).isTrue();
    assertThat(check.isDamaged(damaged(2), false)).as("not looked at").isFalse();
    assertThat(check.isDamaged(damaged(2), true)).as("asked by a member").isTrue();
    now.set(now.get().plus(DamageCheck.FRESH));
    assertThat(check.isDamaged(damaged(2), false)).isTrue();
  }

  @Test
  void looksAtNothingForThoseWhomNobodyKnowsWhileAnotherFileIsLookedAt() throws Exception {
    Digest first = damaged(1);
    Digest second = damaged(2);
    CompletableFuture<Void> reading = new CompletableFuture<>();
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    onRead =
        () -> {
          if (reading.complete(null)) {
            goOn.join();
          }
        };
    CompletableFuture<Boolean> look =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return check.isDamaged(first, false);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    reading.get(30, TimeUnit.SECONDS);
    assertThat(check.isDamaged(second, false)).isFalse();
    goOn.complete(null);
    assertThat(look.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(check.isDamaged(second, false)).isTrue();
  }
}
