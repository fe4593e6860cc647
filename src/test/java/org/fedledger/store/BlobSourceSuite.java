package org.fedledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fedledger.store.BlobSource.Part;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every source of blobs does. */
public abstract class BlobSourceSuite {

  private static final byte[] UPDATE = bytes(200_000);
  private static final byte[] PLAN = "a plan".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};
  private static final Digest ABSENT = Digest.ofContent(new byte[] {1, 2, 3});

  /** A source of just these blobs. */
  protected abstract BlobSource source(List<byte[]> blobs) throws IOException;

  private BlobSource source() throws IOException {
    return source(List.of(UPDATE, PLAN, NOTHING));
  }

  @Test
  void shouldGiveABlobWhole() throws IOException {
    BlobSource source = source();
    for (byte[] blob : List.of(UPDATE, PLAN, NOTHING)) {
      try (BlobInput in = BlobInput.of(source, Digest.ofContent(blob))) {
        assertThat(in.size()).isEqualTo(blob.length);
        assertThat(in.readAllBytes()).isEqualTo(blob);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 200000",
    "0, 1",
    "70000, 65537",
    "199999, 1",
    "199990, 50",
    "200000, 5",
    "300000, 5",
    "7, 0"
  })
  void shouldGiveARangeAsFarAsTheBlobReaches(int from, int length) throws IOException {
    int begin = Math.min(from, UPDATE.length);
    byte[] range = Arrays.copyOfRange(UPDATE, begin, Math.min(begin + length, UPDATE.length));
    assertRange(source().read(Digest.ofContent(UPDATE), from, length), range, UPDATE.length);
  }

  @Test
  void shouldGiveRangesThatAreTheReceiversOwn() throws IOException {
    BlobSource source = source();
    Digest plan = Digest.ofContent(PLAN);
    ((Part.Bytes) source.read(plan, 0, PLAN.length)).bytes().put(0, (byte) 'b');
    assertRange(source.read(plan, 0, PLAN.length), PLAN, PLAN.length);
  }

  @Test
  void shouldGiveTheEmptyRangeOfAnEmptyBlob() throws IOException {
    assertRange(source().read(Digest.ofContent(NOTHING), 0, 10), NOTHING, 0);
  }

  @Test
  void shouldRefuseARangeThatCannotBe() throws IOException {
    BlobSource source = source();
    Digest plan = Digest.ofContent(PLAN);
    assertThatThrownBy(() -> source.read(plan, -1, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> source.read(plan, 0, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldSayThatABlobIsMissing() throws IOException {
    BlobSource source = source();
    assertThat(source.read(ABSENT, 0, 4)).isEqualTo(AbsentBlob.MISSING);
  }

  @Test
  void shouldTellWhichOfASetAreThere() throws IOException {
    BlobSource source = source();
    Digest update = Digest.ofContent(UPDATE);
    Digest plan = Digest.ofContent(PLAN);
    assertThat(source.has(new LinkedHashSet<>(List.of(update, ABSENT, plan))))
        .containsExactly(update, plan);
    assertThat(source.has(Set.of(ABSENT))).isEmpty();
    assertThat(source.has(Set.of())).isEmpty();
  }

  @Test
  void shouldServeSeveralThreadsAtOnce() throws Exception {
    BlobSource source = source();
    Digest update = Digest.ofContent(UPDATE);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int from = i * 1_000;
        all.add(
            threads.submit(
                () -> {
                  byte[] range = Arrays.copyOfRange(UPDATE, from, from + 1_000);
                  assertRange(source.read(update, from, 1_000), range, UPDATE.length);
                  assertThat(source.has(Set.of(update))).containsExactly(update);
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  private static void assertRange(Part part, byte[] range, long size) {
    assertThat(part)
        .isInstanceOfSatisfying(
            Part.Bytes.class,
            given -> {
              byte[] got = new byte[given.bytes().remaining()];
              given.bytes().get(got);
              assertThat(got).isEqualTo(range);
              assertThat(given.size()).isEqualTo(size);
            });
  }

  private static byte[] bytes(int count) {
    byte[] all = new byte[count];
    for (int i = 0; i < count; i++) {
      all[i] = (byte) (i * 31 + i / 251);
    }
    return all;
  }
}
