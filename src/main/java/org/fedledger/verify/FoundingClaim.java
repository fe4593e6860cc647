package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.FederationCreated;
import org.fedledger.round.TensorFiles;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.store.BlobFiles;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;

/**
 * A federation was founded with numbers that its contract allows, and with a version 0 that is what
 * the spec makes, or, where it was supplied as a file, a model of the spec's form.
 */
final class FoundingClaim {

  private final FederationCreated created;
  private final Findings findings;

  FoundingClaim(FederationCreated created, Findings findings) {
    this.created = created;
    this.findings = findings;
  }

  /** By the ledger alone. */
  void checkNumbers() {
    if (created.quorum() < 1
        || created.recoverySeconds() < 1
        || created.modelSize() < 1
        || created.state().isZero() != (created.stateSize() == 0)) {
      findings.problem(
          RoundCase.CONTRACT,
          "the federation was founded with numbers that no contract of ours takes",
          "quorum",
          created.quorum(),
          "recoverySeconds",
          created.recoverySeconds(),
          "modelSize",
          created.modelSize(),
          "stateSize",
          created.stateSize());
    }
  }

  /**
   * By all that the founding's transaction recorded.
   *
   * @param founded what followed from it
   */
  void checkOffices(FederationState founded) {
    int threshold = created.attestationThreshold();
    int verifiers = founded.verifiers().size();
    boolean majority = threshold <= verifiers && (verifiers == 0 || 2 * threshold > verifiers);
    if (!majority || founded.aggregators().isEmpty()) {
      findings.problem(
          RoundCase.CONTRACT,
          "the federation was founded with offices that no contract of ours takes",
          "threshold",
          threshold,
          "verifiers",
          verifiers,
          "aggregators",
          founded.aggregators().size());
    }
  }

  /**
   * By the files.
   *
   * @param work folder for version 0 as the spec makes it, deleted again
   */
  void checkVersion0(FederationSpec spec, BlobFiles.Use blobs, Path work) throws IOException {
    checkState(spec, work);
    if (!InitialModels.reproducible(spec)) {
      findings.note("version 0 was supplied as a file; nothing says how it was made");
      checkSupplied(spec, blobs);
      return;
    }
    Path out = Files.createTempFile(work, "version-0", ".safetensors");
    try {
      BlobId made = InitialModels.write(spec, created.federation(), out);
      if (!made.digest().equals(created.model()) || made.size() != created.modelSize()) {
        findings.problem(
            RoundCase.COORDINATOR,
            "version 0 is not what the spec makes",
            "recorded",
            created.model(),
            "made",
            made.digest(),
            "recordedSize",
            created.modelSize(),
            "madeSize",
            made.size());
      }
    } finally {
      Files.deleteIfExists(out);
    }
  }

  /** The rule's state of version 0 is what the spec's rule begins with. */
  private void checkState(FederationSpec spec, Path work) throws IOException {
    Path out = Files.createTempFile(work, "state-0", ".safetensors");
    try {
      Optional<BlobId> made = InitialModels.writeState(spec, created.federation(), out);
      Digest digest = made.map(BlobId::digest).orElse(Digest.NONE);
      if (!digest.equals(created.state())
          || made.map(BlobId::size).orElse(0L) != created.stateSize()) {
        findings.problem(
            RoundCase.COORDINATOR,
            "the rule state of version 0 is not what the spec's rule begins with",
            "recorded",
            created.state(),
            "made",
            digest,
            "rule",
            spec.plan().rule().id());
      }
    } finally {
      Files.deleteIfExists(out);
    }
  }

  private void checkSupplied(FederationSpec spec, BlobFiles.Use blobs) throws IOException {
    Optional<Path> file = findings.file(blobs, created.model(), "the file of version 0");
    if (file.isEmpty()) {
      return;
    }
    Optional<String> objection =
        TensorFiles.modelObjection(
            file.get(), created.federation(), 0, spec.architecture().schema());
    if (objection.isPresent() || Files.size(file.get()) != created.modelSize()) {
      findings.problem(
          RoundCase.COORDINATOR,
          "version 0 was supplied, and is no model of this federation",
          "model",
          created.model(),
          "why",
          objection.orElse("its size is not the recorded one"));
    }
  }
}
