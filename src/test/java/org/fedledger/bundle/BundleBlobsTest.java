package org.fedledger.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.fedledger.signing.SigningDomain;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobSourceSuite;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleBlobsTest extends BlobSourceSuite {

  private static final Digest ERASED = Digest.ofContent(new byte[] {9});

  @TempDir Path folder;
  private StoredZip zip;

  @Override
  protected BlobSource source(List<byte[]> blobs) throws IOException {
    TreeMap<String, byte[]> entries = new TreeMap<>();
    blobs.forEach(blob -> entries.put(BundleEntries.blob(Digest.ofContent(blob)), blob));
    Path file = folder.resolve("bundle.zip");
    try (StoredZipWriter out = new StoredZipWriter(file)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.add(entry.getKey(), entry.getValue());
      }
      out.finish();
      out.publish();
    }
    zip = StoredZip.open(file);
    return new BundleBlobs(zip, manifest());
  }

  private static BundleManifest manifest() {
    return new BundleManifest(
        new SigningDomain(1337, Address.of("0x" + "fe".repeat(20))),
        BundleManifest.Consensus.NONE,
        0,
        1,
        2,
        new BlockHash(new byte[32]),
        BundleManifest.Headers.ALL,
        1,
        1,
        true,
        new TreeMap<>(Map.of(ERASED, "kept for one year only")));
  }

  @AfterEach
  void close() throws IOException {
    zip.close();
  }

  @Test
  void shouldTellWhyABlobWasErased() throws IOException {
    BlobSource source = source(List.of());
    assertThat(source.read(ERASED, 0, 1)).isEqualTo(AbsentBlob.erased("kept for one year only"));
    assertThat(source.has(Set.of(ERASED))).isEmpty();
  }

  @Test
  void shouldSayThatItCannotBeReadOnceItIsClosed() throws IOException {
    BlobSource source = source(List.of(new byte[] {1}));
    zip.close();
    assertThat(source.read(Digest.ofContent(new byte[] {1}), 0, 1))
        .isInstanceOfSatisfying(
            AbsentBlob.class,
            absent -> assertThat(absent.cause()).isEqualTo(AbsentBlob.Cause.UNREACHABLE));
  }
}
