package org.fedledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.fedledger.ledger.TestKeys;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobSourceSuite;
import org.fedledger.store.LocalBlobs;
import org.fedledger.types.Digest;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedNodeTest extends BlobSourceSuite {

  private static final byte[] CONTENT = {1, 2, 3};
  private static final Digest DIGEST = Digest.ofContent(CONTENT);

  @TempDir Path folder;

  static SimulatedParty party(Path folder, FaultRates rates) throws IOException {
    Path federation = Files.createTempDirectory(folder, "federation");
    return new SimulatedParty(
        "party",
        new Scheduler(),
        new Trace(_ -> {}),
        1,
        rates,
        new LedgerViews(new SmallFederation(federation).ledger()));
  }

  /** Nothing goes wrong with blobs, but the way to them is the one on which it may. */
  @Override
  protected BlobSource source(List<byte[]> blobs) throws IOException {
    return source(blobs, new FaultRates(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, false));
  }

  private BlobSource source(List<byte[]> blobs, FaultRates rates) throws IOException {
    BlobPool.Store store = new BlobPool(Files.createTempDirectory(folder, "pool")).newStore();
    for (byte[] blob : blobs) {
      store.store(Digest.ofContent(blob), blob.length, new java.io.ByteArrayInputStream(blob));
    }
    SimulatedParty node = party(folder, FaultRates.NONE);
    return new SimulatedNode(node, TestKeys.key(1), SmallFederation.DOMAIN, store, null)
        .sourceOf(party(folder, rates));
  }

  private static FaultRates rates(int lost, int damaged) {
    return new FaultRates(lost, 0, 0, 0, damaged, 0, 0, 0, 0, 0, 0, 0, 0, 0, false);
  }

  @Test
  void shouldLetItsFilesBeUsedInPlaceWhereNothingCanGoWrong() throws IOException {
    assertThat(source(List.of(CONTENT), FaultRates.NONE))
        .isInstanceOfSatisfying(
            LocalBlobs.class, local -> assertThat(local.file(DIGEST)).isPresent());
  }

  @Test
  void shouldDamageOneByteOfWhatItGives() throws IOException {
    BlobSource source = source(List.of(CONTENT), rates(0, 1_000));
    byte[] damaged = BlobInput.of(source, DIGEST).readAllBytes();
    assertThat(damaged).hasSameSizeAs(CONTENT).isNotEqualTo(CONTENT);
    assertThat(source.has(Set.of(DIGEST))).containsExactly(DIGEST);
  }

  @Test
  void shouldBeOutOfReachWhereCallsAreLost() throws IOException {
    BlobSource source = source(List.of(CONTENT), rates(1_000, 0));
    assertThat(source.read(DIGEST, 0, 1))
        .isInstanceOfSatisfying(
            AbsentBlob.class,
            absent -> assertThat(absent.cause()).isEqualTo(AbsentBlob.Cause.UNREACHABLE));
    assertThat(source.has(Set.of(DIGEST))).isEmpty();
  }
}
