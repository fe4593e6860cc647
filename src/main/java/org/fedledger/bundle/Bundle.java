package org.fedledger.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.signing.SigningDomain;
import org.fedledger.store.BlobSource;

/**
 * An open bundle, in the one form of bundles and undamaged; anybody may have written it. What it
 * says is for {@link BundleCheck} to prove.
 */
public final class Bundle implements AutoCloseable {

  private static final int MAX_MANIFEST = 16 << 20;
  private static final int MAX_UPLOAD = 64 << 10;

  private final StoredZip zip;
  private final BundleManifest manifest;

  private Bundle(StoredZip zip, BundleManifest manifest) {
    this.zip = zip;
    this.manifest = manifest;
  }

  /**
   * @throws MalformedBundleException if it is no bundle, or a damaged one
   */
  public static Bundle open(Path file) throws IOException {
    StoredZip zip = StoredZip.open(file);
    try {
      BundleManifest manifest =
          BundleManifest.parse(zip.content(BundleManifest.ENTRY, MAX_MANIFEST));
      for (String name : zip.entries().keySet()) {
        requireKnown(name);
      }
      return new Bundle(zip, manifest);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private static void requireKnown(String name) {
    boolean known =
        name.equals(BundleManifest.ENTRY)
            || BundleEntries.isUpload(name)
            || BundleEntries.isBlob(name) && BundleEntries.digest(name).isPresent()
            || (BundleEntries.isHeaders(name) || BundleEntries.isReceipts(name))
                && BundleEntries.number(name) >= 0;
    if (!known) {
      throw new MalformedBundleException("no entry may be named '%s'".formatted(name));
    }
  }

  public BundleManifest manifest() {
    return manifest;
  }

  public SigningDomain domain() {
    return manifest.domain();
  }

  StoredZip zip() {
    return zip;
  }

  /** Its files, to be read until it is closed. */
  public BlobSource blobs() {
    return new BundleBlobs(zip, manifest);
  }

  /** Signed upload receipts, as they were brought. */
  public List<byte[]> uploads() throws IOException {
    List<byte[]> uploads = new ArrayList<>();
    for (String name : zip.entries().keySet()) {
      if (BundleEntries.isUpload(name)) {
        byte[] content = zip.content(name, MAX_UPLOAD);
        if (!BundleEntries.upload(content).equals(name)) {
          throw new MalformedBundleException(
              "entry '%s' is not named by its SHA-256".formatted(name));
        }
        uploads.add(content);
      }
    }
    return uploads;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
