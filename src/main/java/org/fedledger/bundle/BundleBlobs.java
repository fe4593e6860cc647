package org.fedledger.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.store.BlobSource;
import org.fedledger.types.Digest;

/** A bundle's files, copied out while they are in use. */
final class BundleBlobs implements BlobSource {

  private final StoredZip zip;
  private final BundleManifest manifest;
  private final Path scratch;

  BundleBlobs(StoredZip zip, BundleManifest manifest, Path scratch) {
    this.zip = zip;
    this.manifest = manifest;
    this.scratch = scratch;
  }

  @Override
  public synchronized Fetched fetch(Digest digest) {
    ZipEntryInfo entry = zip.entries().get(BundleEntries.blob(digest));
    if (entry == null) {
      String why = manifest.erased().get(digest);
      return why == null ? new Fetched.Missing() : new Fetched.Erased(why);
    }
    Path copy = copy(digest);
    if (!Files.exists(copy)) {
      try (InputStream in = zip.read(entry)) {
        Files.copy(in, copy);
      } catch (IOException e) {
        return new Fetched.Unreachable("it could not be copied out of the bundle: " + e);
      }
    }
    return new Fetched.Found(copy);
  }

  @Override
  public synchronized void release(Digest digest) {
    try {
      Files.deleteIfExists(copy(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path copy(Digest digest) {
    return scratch.resolve(digest.hex());
  }
}
