package org.fedledger.store;

import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.types.Digest;

/** A source whose blobs are files of this machine: for who maps them where they are. */
public interface LocalBlobs extends BlobSource {

  /** Where a blob's file is; its digest is not yet checked, and nobody may write to it. */
  Optional<Path> file(Digest digest);
}
