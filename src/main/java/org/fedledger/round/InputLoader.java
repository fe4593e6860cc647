package org.fedledger.round;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.fedledger.gate.Gates;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.round.RoundInputs.Invalid;
import org.fedledger.round.RoundInputs.Lacking;
import org.fedledger.round.RoundInputs.Ready;
import org.fedledger.rule.Rule;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.PlanTerm;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.CheckedBlob;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.StateMetadata;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** Brings one round's inputs together; used once. Each file is hashed once. */
final class InputLoader {

  private static final String COORDINATOR = "coordinator";

  private final FederationState state;
  private final Round round;
  private final BlobFiles.Use files;
  private final List<LackedFile> lacking = new ArrayList<>();

  InputLoader(FederationState state, Round round, BlobFiles.Use files) {
    this.state = state;
    this.round = round;
    this.files = files;
  }

  RoundInputs load(boolean withUpdates) throws IOException {
    Optional<Path> specFile =
        basis("the federation's spec", state.created().spec(), CanonicalJson.MAX_BYTES);
    Optional<Path> planFile =
        basis("the round's plan", round.opening().plan(), CanonicalJson.MAX_BYTES);
    try {
      Optional<FederationSpec> spec =
          parsed("the federation's spec", specFile, SpecJson::parseSpec);
      Optional<RoundPlan> plan = parsed("the round's plan", planFile, SpecJson::parsePlan);
      if (planFile.isPresent() && Files.size(planFile.get()) != round.opening().planSize()) {
        return new Invalid(
            Optional.of(COORDINATOR), withPlan(otherSize(Files.size(planFile.get()))));
      }
      if (spec.isPresent() && plan.isPresent()) {
        Optional<Objection> objection =
            PlanCheck.objection(state.created().spec(), spec.get(), plan.get())
                .or(() -> PlanCheck.objection(state, round, plan.get()));
        if (objection.isPresent()) {
          return new Invalid(Optional.of(COORDINATOR), withPlan(objection.get()));
        }
      }
      Optional<Path> base = base(spec);
      Optional<Path> baseState = baseState(spec, plan);
      if (!lacking.isEmpty()) {
        return new Lacking(lacking);
      }
      return check(spec.get(), plan.get(), base.get(), baseState, withUpdates);
    } catch (MalformedJsonException e) {
      return new Invalid(
          Optional.empty(), Objection.of(e.getMessage(), "plan", round.opening().plan()));
    }
  }

  /**
   * Its size stands on the ledger beside the version, not beside the round; that of one between the
   * first and the last follows from the spec. While nothing says its size, nobody is asked for it.
   */
  private Optional<Path> base(Optional<FederationSpec> spec) throws IOException {
    Digest digest = round.opening().baseModel();
    Optional<Long> size =
        digest.equals(state.head().model())
            ? Optional.of(state.head().modelSize())
            : digest.equals(state.created().model())
                ? Optional.of(state.created().modelSize())
                : spec.map(s -> ModelMetadata.fileSize(baseVersion(), schema(s)));
    return basis("the base version's file", digest, size);
  }

  private Optional<Path> baseState(Optional<FederationSpec> spec, Optional<RoundPlan> plan)
      throws IOException {
    Digest digest = round.opening().baseState();
    if (digest.isZero()) {
      return Optional.empty();
    }
    Optional<Long> size =
        digest.equals(state.head().state())
            ? Optional.of(state.head().stateSize())
            : digest.equals(state.created().state())
                ? Optional.of(state.created().stateSize())
                : spec.flatMap(s -> plan.map(p -> stateSize(s, p)));
    return basis("the base version's rule state", digest, size);
  }

  /** A state that the rule does not take is told of whatever its size, as far as it is taken. */
  private long stateSize(FederationSpec spec, RoundPlan plan) {
    return plan.terms()
        .rule()
        .stateForm(schema(spec))
        .map(form -> StateMetadata.fileSize(baseVersion(), form))
        .orElse(0L);
  }

  private long baseVersion() {
    return round.opening().baseVersion();
  }

  private static List<TensorSpec> schema(FederationSpec spec) {
    return spec.architecture().schema();
  }

  private Optional<Path> basis(String what, Digest digest, Optional<Long> size) throws IOException {
    return size.isPresent() ? basis(what, digest, size.get()) : Optional.empty();
  }

  private static <T> Optional<T> parsed(
      String what, Optional<Path> file, Function<byte[], T> parser) throws IOException {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(CanonicalJson.content(file.get())));
    } catch (MalformedJsonException e) {
      throw new MalformedJsonException("%s: %s".formatted(what, e.getMessage()), e);
    }
  }

  private RoundInputs check(
      FederationSpec spec, RoundPlan plan, Path base, Optional<Path> baseState, boolean withUpdates)
      throws IOException {
    List<TensorSpec> schema = spec.architecture().schema();
    Optional<Objection> wrongModel = modelObjection(schema, base);
    if (wrongModel.isPresent()) {
      return new Invalid(baseMaker(), wrongModel.get());
    }
    Optional<Objection> wrongState = stateObjection(plan.terms().rule(), schema, baseState);
    if (wrongState.isPresent()) {
      return new Invalid(stateMaker(spec), withPlan(wrongState.get()));
    }
    Ready basis =
        new Ready(state, round, spec, plan, base, baseState, new TreeMap<>(), new TreeMap<>());
    return withUpdates ? withUpdates(basis) : basis;
  }

  /** Of an earlier version than the last nobody is named here, but where that version was made. */
  private Optional<String> baseMaker() {
    long base = round.opening().baseVersion();
    if (base == 0) {
      return Optional.of(COORDINATOR);
    }
    return round
        .headOrigin()
        .filter(_ -> base == round.version() - 1)
        .map(origin -> origin.publisher().toString());
  }

  /**
   * Where plans may change the rule, the base does not tell whether its maker or this round's plan
   * took another than it should have.
   */
  private Optional<String> stateMaker(FederationSpec spec) {
    boolean mayChange = spec.planMayChange().contains(PlanTerm.RULE);
    return baseMaker().filter(_ -> !mayChange || round.opening().baseVersion() == 0);
  }

  private Objection otherSize(long size) {
    return Objection.of(
        "the round was opened with another size of its plan than the file has",
        "opened",
        round.opening().planSize(),
        "size",
        size);
  }

  private Objection otherState(Rule rule, Optional<Path> baseState) {
    return Objection.of(
        "%s takes %s state, and version %d has %s"
            .formatted(
                rule.id(),
                baseState.isPresent() ? "no" : "a",
                round.opening().baseVersion(),
                baseState.isPresent() ? "one" : "none"),
        "state",
        round.opening().baseState());
  }

  private Optional<Objection> modelObjection(List<TensorSpec> schema, Path base)
      throws IOException {
    return TensorFiles.modelObjection(
            base, state.federation(), round.opening().baseVersion(), schema)
        .map(why -> isNone("model", why, round.opening().baseModel()));
  }

  private Optional<Objection> stateObjection(
      Rule rule, List<TensorSpec> schema, Optional<Path> baseState) throws IOException {
    Optional<List<TensorSpec>> form = rule.stateForm(schema);
    if (form.isPresent() != baseState.isPresent()) {
      return Optional.of(otherState(rule, baseState));
    }
    if (form.isEmpty()) {
      return Optional.empty();
    }
    return TensorFiles.stateObjection(
            baseState.orElseThrow(), state.federation(), round.opening().baseVersion(), form.get())
        .map(why -> isNone("state", why, round.opening().baseState()));
  }

  private Objection isNone(String what, String why, Digest digest) {
    return Objection.of(
        "the %s of version %d is none of this federation: %s"
            .formatted(what, round.opening().baseVersion(), why),
        what,
        digest);
  }

  private Ready withUpdates(Ready basis) throws IOException {
    Gates gates = basis.gates();
    SortedMap<Address, Path> updates = new TreeMap<>();
    SortedMap<Address, LackedFile> absent = new TreeMap<>();
    for (UpdateCommitted committed : round.commitments().values()) {
      UpdateCommitment c = committed.commitment();
      if (gates.refusesSizeOf(c)) {
        continue;
      }
      switch (files.fetch(c.digest(), c.size())) {
        case CheckedBlob.Here(Path file, long _) -> updates.put(c.participant(), file);
        case AbsentBlob why ->
            absent.put(
                c.participant(),
                new LackedFile(
                    "the update of " + c.participant(), c.digest(), why.cause(), why.toString()));
      }
    }
    return new Ready(
        state, round, basis.spec(), basis.plan(), basis.base(), basis.baseState(), updates, absent);
  }

  private Optional<Path> basis(String what, Digest digest, long most) throws IOException {
    return switch (files.fetch(digest, most)) {
      case CheckedBlob.Here(Path file, long _) -> Optional.of(file);
      case AbsentBlob why -> {
        lacking.add(new LackedFile(what, digest, why.cause(), why.toString()));
        yield Optional.empty();
      }
    };
  }

  private Objection withPlan(Objection objection) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("plan", round.opening().plan().toString());
    evidence.putAll(objection.evidence());
    return new Objection(objection.what(), evidence);
  }
}
