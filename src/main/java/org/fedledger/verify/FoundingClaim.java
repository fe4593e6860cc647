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
    long size = InitialModels.size(spec);
    if (size != created.modelSize()) {
      differs("version 0 is not what the spec makes", created.model(), created.modelSize(), size);
      return;
    }
    Path out = Files.createTempFile(work, "version-0", ".safetensors");
    try {
      BlobId made = InitialModels.write(spec, created.federation(), out);
      if (!made.digest().equals(created.model())) {
        differs("version 0 is not what the spec makes", created.model(), made.digest());
      }
    } finally {
      Files.deleteIfExists(out);
    }
  }

  /** The rule's state of version 0 is what the spec's rule begins with. */
  private void checkState(FederationSpec spec, Path work) throws IOException {
    String otherwise = "the rule state of version 0 is not what the spec's rule begins with";
    long size = InitialModels.stateSize(spec);
    if (size != created.stateSize()) {
      differs(otherwise, created.state(), created.stateSize(), size);
      return;
    }
    Path out = Files.createTempFile(work, "state-0", ".safetensors");
    try {
      Digest made =
          InitialModels.writeState(spec, created.federation(), out)
              .map(BlobId::digest)
              .orElse(Digest.NONE);
      if (!made.equals(created.state())) {
        differs(otherwise, created.state(), made);
      }
    } finally {
      Files.deleteIfExists(out);
    }
  }

  /** By its size alone, so that nobody need write what a founding only claims. */
  private void differs(String otherwise, Digest recorded, long recordedSize, long size) {
    findings.problem(
        RoundCase.COORDINATOR,
        otherwise,
        "recorded",
        recorded,
        "recordedSize",
        recordedSize,
        "madeSize",
        size);
  }

  private void differs(String otherwise, Digest recorded, Digest made) {
    findings.problem(RoundCase.COORDINATOR, otherwise, "recorded", recorded, "made", made);
  }

  private void checkSupplied(FederationSpec spec, BlobFiles.Use blobs) throws IOException {
    Optional<Path> file =
        findings.file(blobs, created.model(), created.modelSize(), "the file of version 0");
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
