package org.fedledger.verify;

import java.io.IOException;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.store.BlobFiles;

/** A version's files are there for whoever wants them: what nobody can serve is of no use. */
record VersionClaim(BlobFiles.Use blobs) {

  /** Finds a gap for each file that cannot be had. */
  void check(ModelVersion version, Findings findings) throws IOException {
    findings.file(
        blobs,
        version.model(),
        version.modelSize(),
        "the file of version %d".formatted(version.version()));
    if (!version.state().isZero()) {
      findings.file(
          blobs,
          version.state(),
          version.stateSize(),
          "the rule state of version %d".formatted(version.version()));
    }
  }
}
