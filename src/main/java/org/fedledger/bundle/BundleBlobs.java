package org.fedledger.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobSource;
import org.fedledger.types.Digest;

/** A bundle's files. */
record BundleBlobs(StoredZip zip, BundleManifest manifest) implements BlobSource {

  @Override
  public Set<Digest> has(Set<Digest> digests) {
    Set<Digest> there = new LinkedHashSet<>(digests);
    there.removeIf(digest -> !zip.entries().containsKey(BundleEntries.blob(digest)));
    return there;
  }

  @Override
  public Part read(Digest digest, long from, int length) {
    BlobSource.requireRange(from, length);
    ZipEntryInfo entry = zip.entries().get(BundleEntries.blob(digest));
    if (entry == null) {
      String why = manifest.erased().get(digest);
      return why == null ? AbsentBlob.MISSING : AbsentBlob.erased(why);
    }
    try (InputStream in = zip.read(entry, Math.min(from, entry.size()))) {
      return new Part.Bytes(ByteBuffer.wrap(in.readNBytes(length)), entry.size());
    } catch (IOException e) {
      return AbsentBlob.unreachable("it cannot be read out of the bundle: " + e);
    }
  }
}
