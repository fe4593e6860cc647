package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobSource.Fetched;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** A round's files, brought together. */
sealed interface Inputs {

  record Ready(FederationSpec spec, RoundPlan plan, Path base, Map<Address, Path> updates)
      implements Inputs {}

  record Lacking(List<Digest> digests) implements Inputs {}

  record Invalid(String why) implements Inputs {}

  static Inputs load(FederationState state, Round round, BlobSource blobs) throws IOException {
    List<Digest> lacking = new ArrayList<>();
    Optional<Path> spec = file(blobs, state.created().spec(), lacking);
    Optional<Path> plan = file(blobs, round.opening().plan(), lacking);
    Optional<Path> base = file(blobs, round.opened().baseModel(), lacking);
    if (!lacking.isEmpty()) {
      return new Lacking(lacking);
    }
    Map<Address, Path> updates = new TreeMap<>();
    for (UpdateCommitted committed : round.commitments().values()) {
      var commitment = committed.commitment();
      file(blobs, commitment.digest(), new ArrayList<>())
          .ifPresent(f -> updates.put(commitment.participant(), f));
    }
    try {
      RoundPlan parsed = SpecJson.parsePlan(Files.readAllBytes(plan.get()));
      if (!parsed.spec().equals(state.created().spec())) {
        return new Invalid(
            "the plan belongs to the spec %s, not to this federation's".formatted(parsed.spec()));
      }
      return new Ready(
          SpecJson.parseSpec(Files.readAllBytes(spec.get())), parsed, base.get(), updates);
    } catch (MalformedJsonException e) {
      return new Invalid(e.getMessage());
    }
  }

  private static Optional<Path> file(BlobSource blobs, Digest digest, List<Digest> lacking)
      throws IOException {
    if (blobs.fetch(digest) instanceof Fetched.Found(Path file)
        && Blobs.id(file).digest().equals(digest)) {
      return Optional.of(file);
    }
    lacking.add(digest);
    return Optional.empty();
  }
}
