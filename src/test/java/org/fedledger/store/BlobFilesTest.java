package org.fedledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedledger.store.AbsentBlob.Cause;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobFilesTest {

  private static final byte[] CONTENT = {1, 2, 3};
  private static final byte[] OTHER = {1, 2, 4};
  private static final Digest DIGEST = Digest.ofContent(CONTENT);
  private static final AbsentBlob AWAY = AbsentBlob.unreachable("away");

  @TempDir Path folder;
  private Path copies;

  @BeforeEach
  void makeFolder() throws IOException {
    copies = Files.createDirectory(folder.resolve("copies"));
  }

  /** Gives the same content whatever is asked for. */
  private static class Remote implements BlobSource {
    private final byte[] content;
    final AtomicInteger reads = new AtomicInteger();

    Remote(byte... content) {
      this.content = content;
    }

    @Override
    public Set<Digest> has(Set<Digest> digests) {
      return digests;
    }

    @Override
    public Part read(Digest digest, long from, int length) {
      reads.incrementAndGet();
      int end = (int) Math.min(content.length, from + length);
      return new Part.Bytes(
          ByteBuffer.wrap(Arrays.copyOfRange(content, (int) from, end)), content.length);
    }
  }

  private BlobFiles files(BlobSource... places) {
    return new BlobFiles(List.of(places), copies);
  }

  private CheckedBlob fetched(BlobSource... places) throws IOException {
    try (BlobFiles.Use use = files(places).open()) {
      return use.fetch(DIGEST, CONTENT.length);
    }
  }

  private static NoBlobs saying(AbsentBlob answer) {
    return new NoBlobs(answer);
  }

  @Test
  void shouldGiveAFileOfAFolderWhereItIs() throws IOException {
    Path file = Files.write(folder.resolve(DIGEST.hex()), CONTENT);
    assertThat(fetched(new FolderBlobSource(folder)))
        .isEqualTo(new CheckedBlob.Here(file, CONTENT.length));
    assertThat(file).exists();
  }

  @Test
  void shouldNotGiveAFileOfAFolderThatHasAnotherDigest() throws IOException {
    Files.write(folder.resolve(DIGEST.hex()), OTHER);
    assertThat(fetched(new FolderBlobSource(folder)))
        .isInstanceOfSatisfying(
            AbsentBlob.class,
            absent -> {
              assertThat(absent.cause()).isEqualTo(Cause.DAMAGED);
              assertThat(absent.why()).contains(Digest.ofContent(OTHER).toString());
            });
  }

  @Test
  void shouldCopyFromElsewhereUntilTheLastUseIsOver() throws IOException {
    Remote remote = new Remote(CONTENT);
    BlobFiles files = files(remote);
    try (BlobFiles.Use one = files.open()) {
      try (BlobFiles.Use other = files.open()) {
        CheckedBlob.Here here = (CheckedBlob.Here) one.fetch(DIGEST, CONTENT.length);
        assertThat(here.file()).hasBinaryContent(CONTENT);
        assertThat(here.size()).isEqualTo(CONTENT.length);
        assertThat(other.fetch(DIGEST, CONTENT.length)).isEqualTo(here);
      }
      assertThat(one.fetch(DIGEST, CONTENT.length))
          .isInstanceOfSatisfying(CheckedBlob.Here.class, here -> assertThat(here.file()).exists());
      assertThat(remote.reads).hasValue(1);
    }
    assertThat(copies).isEmptyDirectory();
  }

  @Test
  void shouldCopyALargeBlobRangeByRange() throws IOException {
    byte[] large = new byte[BlobInput.RANGE * 2 + 5];
    Arrays.fill(large, BlobInput.RANGE, large.length, (byte) 1);
    Remote remote = new Remote(large);
    try (BlobFiles.Use use = files(remote).open()) {
      assertThat(use.fetch(Digest.ofContent(large), large.length))
          .isInstanceOfSatisfying(
              CheckedBlob.Here.class, here -> assertThat(here.file()).hasBinaryContent(large));
    }
    assertThat(remote.reads).hasValue(3);
  }

  @Test
  void shouldCopyOnceForUsersAtTheSameTime() throws Exception {
    Remote remote = new Remote(CONTENT);
    BlobFiles files = files(remote);
    CyclicBarrier allHaveIt = new CyclicBarrier(4);
    Callable<Path> using =
        () -> {
          try (BlobFiles.Use use = files.open()) {
            Path file = ((CheckedBlob.Here) use.fetch(DIGEST, CONTENT.length)).file();
            allHaveIt.await();
            return file;
          }
        };
    Set<Path> given = new HashSet<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Path> each : threads.invokeAll(Collections.nCopies(4, using))) {
        given.add(each.get());
      }
    }
    assertThat(given).hasSize(1);
    assertThat(remote.reads).hasValue(1);
    assertThat(copies).isEmptyDirectory();
  }

  @Test
  void shouldAskAgainForWhatCouldNotBeHad() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    Remote coming =
        new Remote(CONTENT) {
          @Override
          public Part read(Digest digest, long from, int length) {
            return asked.getAndIncrement() == 0 ? AWAY : super.read(digest, from, length);
          }
        };
    try (BlobFiles.Use use = files(coming).open()) {
      assertThat(use.fetch(DIGEST, CONTENT.length)).isEqualTo(AWAY);
      assertThat(use.fetch(DIGEST, CONTENT.length)).isInstanceOf(CheckedBlob.Here.class);
    }
  }

  @Test
  void shouldLeaveNoCopyOfABlobThatBreaksOff() throws IOException {
    byte[] large = new byte[BlobInput.RANGE + 1];
    Remote breaking =
        new Remote(large) {
          @Override
          public Part read(Digest digest, long from, int length) {
            return from > 0 ? AWAY : super.read(digest, from, length);
          }
        };
    Digest digest = Digest.ofContent(large);
    try (BlobFiles.Use use = files(breaking).open()) {
      assertThat(use.fetch(digest, large.length))
          .isInstanceOfSatisfying(
              AbsentBlob.class, absent -> assertThat(absent.cause()).isEqualTo(Cause.UNREACHABLE));
      assertThat(copies).isEmptyDirectory();
    }
  }

  @Test
  void shouldPassOverAnotherBlobThatIsGivenInItsPlace() throws IOException {
    assertThat(fetched(saying(AbsentBlob.MISSING), new Remote(OTHER), new Remote(CONTENT)))
        .isInstanceOf(CheckedBlob.Here.class);
    assertThat(copies).isEmptyDirectory();
  }

  @Test
  void shouldSayThatAnotherWasGivenWhereNoneFitsSinceItIsEvidence() throws IOException {
    assertThat(fetched(saying(AWAY), new Remote(OTHER), saying(AbsentBlob.MISSING)))
        .isInstanceOfSatisfying(
            AbsentBlob.class, absent -> assertThat(absent.cause()).isEqualTo(Cause.DAMAGED));
  }

  @Test
  void shouldSayMoreThanThatItIsMissingWhereOneCan() throws IOException {
    NoBlobs missing = saying(AbsentBlob.MISSING);
    assertThat(fetched(missing, saying(AWAY))).isEqualTo(AWAY);
    assertThat(fetched(saying(AWAY), missing)).isEqualTo(AWAY);
    assertThat(fetched(missing, missing)).isEqualTo(AbsentBlob.MISSING);
  }

  @Test
  void shouldKeepCopiesWhereThatIsWanted() throws IOException {
    Remote remote = new Remote(CONTENT);
    Path kept = copies.resolve(DIGEST.hex());
    for (int i = 0; i < 2; i++) {
      try (BlobFiles.Use use = BlobFiles.kept(copies, List.of(remote)).open()) {
        assertThat(use.fetch(DIGEST, CONTENT.length))
            .isEqualTo(new CheckedBlob.Here(kept, CONTENT.length));
      }
    }
    assertThat(remote.reads).hasValue(1);
    assertThat(copies).isDirectoryContaining(kept::equals);
  }

  @Test
  void shouldCopyAnewWhatWasDamagedWhereItIsKept() throws IOException {
    Path kept = Files.write(copies.resolve(DIGEST.hex()), OTHER);
    try (BlobFiles.Use use = BlobFiles.kept(copies, List.of(new Remote(CONTENT))).open()) {
      assertThat(use.fetch(DIGEST, CONTENT.length))
          .isEqualTo(new CheckedBlob.Here(kept, CONTENT.length));
    }
    assertThat(kept).hasBinaryContent(CONTENT);
  }

  @Test
  void shouldPassOverAPlaceThatSpeaksOfMoreThanTheBlobCanHave() throws IOException {
    Remote endless = new Remote(new byte[BlobInput.RANGE * 2]);
    try (BlobFiles.Use use = files(endless, new Remote(CONTENT)).open()) {
      assertThat(use.fetch(DIGEST, CONTENT.length)).isInstanceOf(CheckedBlob.Here.class);
      assertThat(endless.reads).as("no more than its first range").hasValue(1);
    }
    try (BlobFiles.Use use = files(endless).open()) {
      assertThat(use.fetch(DIGEST, CONTENT.length))
          .isInstanceOfSatisfying(
              AbsentBlob.class, absent -> assertThat(absent.cause()).isEqualTo(Cause.UNREACHABLE));
    }
    assertThat(copies).isEmptyDirectory();
  }

  @Test
  void shouldHaveOnePlaceAtLeast() {
    assertThatThrownBy(() -> files()).isInstanceOf(IllegalArgumentException.class);
  }
}
