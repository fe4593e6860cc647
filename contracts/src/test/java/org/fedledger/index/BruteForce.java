package org.fedledger.index;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.Round.Phase;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.StateFold;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Rejection;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.fedledger.types.TransactionHash;

/** The queries' answers as they follow from all events at once, each looked for anew. */
final class BruteForce {

  private final List<RecordedEvent> events;
  private final Function<TransactionHash, Long> gas;

  BruteForce(List<RecordedEvent> events, Function<TransactionHash, Long> gas) {
    this.events = events;
    this.gas = gas;
  }

  private record Of<E extends LedgerEvent>(RecordedEvent recorded, E event) {}

  private <E extends LedgerEvent> List<Of<E>> all(Class<E> kind) {
    return events.stream()
        .filter(e -> kind.isInstance(e.event()))
        .map(e -> new Of<>(e, kind.cast(e.event())))
        .toList();
  }

  private QueryResults.Place place(RecordedEvent e) {
    return new QueryResults.Place(
        e.block().number(), e.block().timestamp(), e.transaction(), gas.apply(e.transaction()));
  }

  FederationState state() {
    StateFold fold = new StateFold();
    events.forEach(fold::apply);
    return fold.snapshot(events.getLast().block());
  }

  // Ends of rounds.

  private Optional<Of<LedgerEvent.VersionFinal>> finalOf(RoundId id) {
    return all(LedgerEvent.VersionFinal.class).stream()
        .filter(v -> v.event().roundId().equals(id))
        .findFirst();
  }

  private Optional<Of<LedgerEvent.RoundAborted>> abortOf(RoundId id) {
    return all(LedgerEvent.RoundAborted.class).stream()
        .filter(v -> v.event().roundId().equals(id))
        .findFirst();
  }

  private List<Of<LedgerEvent.ModelPublished>> publicationsOf(RoundId id) {
    return all(LedgerEvent.ModelPublished.class).stream()
        .filter(p -> p.event().publication().roundId().equals(id))
        .toList();
  }

  private Optional<LedgerEvent.PublicationFailed> failureOf(LedgerEvent.ModelPublished p) {
    return all(LedgerEvent.PublicationFailed.class).stream()
        .map(Of::event)
        .filter(f -> f.publicationId().equals(p.publicationId()))
        .findFirst();
  }

  /** Of the publication that ended the round, if one did. */
  private Optional<Decision> decisionOf(RoundId id) {
    boolean ended = finalOf(id).isPresent() || abortOf(id).isPresent();
    return publicationsOf(id).stream()
        .map(Of::event)
        .filter(p -> ended && failureOf(p).isEmpty())
        .map(LedgerEvent.ModelPublished::decision)
        .findFirst();
  }

  private LedgerEvent.RoundOpened opened(RoundId id) {
    return all(LedgerEvent.RoundOpened.class).stream()
        .map(Of::event)
        .filter(r -> r.roundId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private long roundOf(RoundId id) {
    return opened(id).round();
  }

  private RoundOpening opening(RoundId id) {
    return opened(id).opening();
  }

  private Phase phaseOf(RoundId id) {
    if (finalOf(id).isPresent()) {
      return Phase.FINAL;
    }
    if (abortOf(id).isPresent()) {
      return Phase.ABORTED;
    }
    if (publicationsOf(id).stream().anyMatch(p -> failureOf(p.event()).isEmpty())) {
      return Phase.ATTESTING;
    }
    return closings(id).size() == opening(id).stages() ? Phase.PUBLISHING : Phase.COMMITTING;
  }

  /** Of the stages, in order. */
  private List<LedgerEvent.CommitsClosed> closings(RoundId id) {
    return all(LedgerEvent.CommitsClosed.class).stream()
        .map(Of::event)
        .filter(c -> c.roundId().equals(id))
        .toList();
  }

  // Everything there is, in order.

  List<QueryResults.Round> rounds() {
    return all(LedgerEvent.RoundOpened.class).stream()
        .map(o -> round(o.recorded(), o.event()))
        .toList();
  }

  private QueryResults.Round round(RecordedEvent recorded, LedgerEvent.RoundOpened e) {
    RoundId id = e.roundId();
    List<QueryResults.Commitment> updates =
        commitments().stream().filter(c -> c.round() == e.round()).toList();
    Phase phase = phaseOf(id);
    int stages = e.opening().stages();
    List<LedgerEvent.CommitsClosed> closings = closings(id);
    int stage = Math.min(closings.size(), stages - 1);
    return new QueryResults.Round(
        place(recorded),
        e.round(),
        id,
        phase,
        e.opening(),
        e.members(),
        e.verifiers(),
        e.attestationThreshold(),
        stage,
        stage == 0 ? e.opening().commitDeadline() : closings.get(stage - 1).deadline(),
        (int) updates.stream().filter(c -> c.stage() == stage).count(),
        countIf(phase, updates, UpdateOutcome.ACCEPTED),
        countIf(phase, updates, UpdateOutcome.REJECTED),
        publicationsOf(id).size(),
        closings.size() == stages
            ? OptionalLong.of(closings.getLast().deadline())
            : OptionalLong.empty(),
        finalOf(id).map(Of::recorded).or(() -> abortOf(id).map(Of::recorded)).map(this::place),
        finalOf(id).map(v -> OptionalLong.of(v.event().version())).orElse(OptionalLong.empty()),
        abortOf(id).map(a -> a.event().reason()));
  }

  private static OptionalLong countIf(
      Phase phase, List<QueryResults.Commitment> updates, UpdateOutcome outcome) {
    return phase.ended()
        ? OptionalLong.of(updates.stream().filter(u -> u.outcome() == outcome).count())
        : OptionalLong.empty();
  }

  private List<QueryResults.Commitment> known;

  List<QueryResults.Commitment> commitments() {
    if (known == null) {
      known =
          all(LedgerEvent.UpdateCommitted.class).stream()
              .map(o -> commitment(o.recorded(), o.event()))
              .toList();
    }
    return known;
  }

  private QueryResults.Commitment commitment(
      RecordedEvent recorded, LedgerEvent.UpdateCommitted e) {
    var c = e.commitment();
    Optional<Decision> decision = decisionOf(c.roundId());
    boolean last = c.stage() == opening(c.roundId()).stages() - 1;
    Optional<Rejection> rejection =
        decision
            .filter(_ -> last)
            .flatMap(d -> d.rejections().stream().filter(r -> r.index() == e.index()).findFirst());
    Optional<Long> version = finalOf(c.roundId()).map(v -> v.event().version());
    UpdateOutcome outcome;
    if (!phaseOf(c.roundId()).ended()) {
      outcome = UpdateOutcome.PENDING;
    } else if (!last) {
      outcome = UpdateOutcome.STAGED;
    } else if (rejection.isPresent()) {
      outcome = UpdateOutcome.REJECTED;
    } else {
      outcome = version.isPresent() ? UpdateOutcome.ACCEPTED : UpdateOutcome.UNUSED;
    }
    return new QueryResults.Commitment(
        place(recorded),
        roundOf(c.roundId()),
        c.stage(),
        c.participant(),
        e.index(),
        c.digest(),
        c.size(),
        c.weight(),
        c.privacyCost(),
        e.signature(),
        outcome,
        outcome == UpdateOutcome.ACCEPTED
            ? OptionalLong.of(version.orElseThrow())
            : OptionalLong.empty(),
        rejection);
  }

  List<QueryResults.Version> versions() {
    List<QueryResults.Version> all = new ArrayList<>();
    RecordedEvent first = events.getFirst();
    var founding = (LedgerEvent.FederationCreated) first.event();
    all.add(
        new QueryResults.Version(
            place(first),
            0,
            new BlobId(founding.model(), founding.modelSize()),
            new BlobId(founding.state(), founding.stateSize()),
            Digest.NONE,
            OptionalLong.empty(),
            OptionalLong.empty(),
            0,
            0));
    for (Of<LedgerEvent.VersionFinal> v : all(LedgerEvent.VersionFinal.class)) {
      var published =
          publicationsOf(v.event().roundId()).stream()
              .map(p -> p.event().publication())
              .filter(p -> p.attempt() == v.event().attempt())
              .findFirst()
              .orElseThrow();
      all.add(
          new QueryResults.Version(
              place(v.recorded()),
              v.event().version(),
              new BlobId(v.event().model(), published.modelSize()),
              new BlobId(v.event().state(), published.stateSize()),
              v.event().parent(),
              OptionalLong.of(roundOf(v.event().roundId())),
              OptionalLong.of(v.event().attempt()),
              (int)
                  commitments().stream()
                      .filter(c -> c.version().orElse(-1) == v.event().version())
                      .count(),
              into(ancestry(v.event().version())).size()));
    }
    return all;
  }

  /** The version and all that it was made from, which end at version 0. */
  SortedSet<Long> ancestry(long version) {
    SortedSet<Long> all = new TreeSet<>(Set.of(0L));
    long one = version;
    while (one > 0) {
      all.add(one);
      long made = one;
      one =
          all(LedgerEvent.VersionFinal.class).stream()
              .filter(v -> v.event().version() == made)
              .findFirst()
              .map(v -> opening(v.event().roundId()).baseVersion())
              .orElseThrow();
    }
    return all;
  }

  /** Updates that went into one of these versions directly. */
  List<QueryResults.Commitment> into(Set<Long> versions) {
    return commitments().stream()
        .filter(c -> c.version().isPresent() && versions.contains(c.version().getAsLong()))
        .toList();
  }

  List<QueryResults.Participant> participants() {
    FederationState state = state();
    Map<Address, RecordedEvent> admissions = new LinkedHashMap<>();
    all(LedgerEvent.ParticipantAdmitted.class)
        .forEach(a -> admissions.putIfAbsent(a.event().participant(), a.recorded()));
    return state.participants().values().stream()
        .sorted(Comparator.comparingInt(ParticipantRecord::index))
        .map(p -> participant(p, admissions.get(p.address()), state.nextRound()))
        .toList();
  }

  private QueryResults.Participant participant(
      ParticipantRecord p, RecordedEvent admission, long next) {
    List<QueryResults.Commitment> own =
        commitments().stream().filter(c -> c.participant().equals(p.address())).toList();
    List<Long> versions = own.stream().flatMapToLong(c -> c.version().stream()).boxed().toList();
    return new QueryResults.Participant(
        place(admission),
        p.address(),
        p.index(),
        p.signer(),
        p.tenure(),
        p.tenure().covers(next),
        own.size(),
        own.stream().filter(c -> c.outcome() == UpdateOutcome.ACCEPTED).count(),
        own.stream().filter(c -> c.outcome() == UpdateOutcome.REJECTED).count(),
        own.stream().mapToLong(c -> c.place().gas()).sum(),
        p.privacyBudget(),
        p.privacySpent(),
        versions.isEmpty() ? OptionalLong.empty() : OptionalLong.of(versions.getFirst()),
        versions.isEmpty() ? OptionalLong.empty() : OptionalLong.of(versions.getLast()));
  }

  List<QueryResults.Attestation> attestations() {
    return all(LedgerEvent.Attested.class).stream()
        .map(
            a -> {
              LedgerEvent.ModelPublished p =
                  all(LedgerEvent.ModelPublished.class).stream()
                      .map(Of::event)
                      .filter(
                          m -> m.publicationId().equals(a.event().attestation().publicationId()))
                      .findFirst()
                      .orElseThrow();
              return new QueryResults.Attestation(
                  place(a.recorded()),
                  roundOf(p.publication().roundId()),
                  (int) p.publication().attempt(),
                  p.publicationId(),
                  a.event().verifier(),
                  a.event().attestation().model(),
                  a.event().attestation().state(),
                  a.event().attestation().finding(),
                  a.event().attestation().lacking(),
                  a.event().signature());
            })
        .toList();
  }

  List<QueryResults.Publication> attempts(long round) {
    RoundId id = rounds().stream().filter(r -> r.round() == round).findFirst().orElseThrow().id();
    Map<Integer, Address> authors =
        commitments().stream()
            .filter(c -> c.round() == round)
            .collect(
                Collectors.toMap(
                    QueryResults.Commitment::index,
                    QueryResults.Commitment::participant,
                    (a, b) -> a,
                    TreeMap::new));
    return publicationsOf(id).stream()
        .map(
            p -> {
              var e = p.event();
              boolean failed = failureOf(e).isPresent();
              Candidate.Status status =
                  failed
                      ? Candidate.Status.FAILED
                      : phaseOf(id).ended() ? Candidate.Status.FINAL : Candidate.Status.PENDING;
              Map<Address, Finding> words = new LinkedHashMap<>();
              attestations().stream()
                  .filter(a -> a.publication().equals(e.publicationId()))
                  .forEach(a -> words.put(a.verifier(), a.finding()));
              return new QueryResults.Publication(
                  place(p.recorded()),
                  round,
                  (int) e.publication().attempt(),
                  e.publicationId(),
                  e.aggregator(),
                  new BlobId(e.publication().model(), e.publication().modelSize()),
                  new BlobId(e.publication().state(), e.publication().stateSize()),
                  e.decision().acceptedIndexes().stream().map(authors::get).toList(),
                  e.decision().rejections().stream()
                      .map(r -> new QueryResults.Refusal(authors.get(r.index()), r))
                      .toList(),
                  Collections.frequency(words.values(), Finding.MATCH),
                  Collections.frequency(words.values(), Finding.DIFFER),
                  Collections.frequency(words.values(), Finding.LACK),
                  status,
                  failureOf(e).map(LedgerEvent.PublicationFailed::reason),
                  e.signature());
            })
        .toList();
  }

  List<QueryResults.Gas> gas(Filter filter) {
    Map<TransactionHash, RecordedEvent> first = new LinkedHashMap<>();
    events.forEach(e -> first.putIfAbsent(e.transaction(), e));
    Set<TransactionHash> own =
        commitments().stream()
            .filter(c -> filter.account().map(c.participant()::equals).orElse(true))
            .map(c -> c.place().transaction())
            .collect(Collectors.toSet());
    Map<TransactionKind, QueryResults.Gas> byKind = new TreeMap<>();
    first.values().stream()
        .filter(within(filter))
        .filter(e -> filter.account().isEmpty() || own.contains(e.transaction()))
        .forEach(
            e -> {
              TransactionKind kind = TransactionKind.of(e.event());
              byKind.merge(
                  kind,
                  new QueryResults.Gas(kind, 1, gas.apply(e.transaction())),
                  (a, b) -> new QueryResults.Gas(kind, a.transactions() + 1, a.gas() + b.gas()));
            });
    return byKind.values().stream()
        .filter(g -> filter.status().map(g.kind().text()::equals).orElse(true))
        .toList();
  }

  List<QueryResults.Privacy> privacy(Filter filter) {
    return participants().stream()
        .filter(p -> filter.account().map(p.address()::equals).orElse(true))
        .map(
            p ->
                new QueryResults.Privacy(
                    p.address(),
                    p.index(),
                    p.privacyBudget(),
                    commitments(filter.of(p.address())).stream()
                        .mapToLong(QueryResults.Commitment::privacyCost)
                        .sum(),
                    p.privacySpent(),
                    p.privacyBudget() - p.privacySpent()))
        .toList();
  }

  // With filters.

  /** Whether it stands where the filter's rounds and times are. */
  private Predicate<RecordedEvent> within(Filter filter) {
    return e -> isWithin(filter, place(e));
  }

  boolean isWithin(Filter filter, QueryResults.Place place) {
    long round =
        all(LedgerEvent.RoundOpened.class).stream()
            .filter(o -> o.recorded().block().number() <= place.block())
            .count();
    return filter.fromRound().orElse(0) <= round
        && round <= filter.toRound().orElse(Long.MAX_VALUE)
        && filter.fromTime().orElse(0) <= place.timestamp()
        && place.timestamp() <= filter.toTime().orElse(Long.MAX_VALUE);
  }

  List<QueryResults.Round> rounds(Filter filter) {
    return rounds().stream()
        .filter(r -> isWithin(filter, r.opened()))
        .filter(r -> filter.status().map(lower(r.phase())::equals).orElse(true))
        .filter(
            r ->
                filter.account().isEmpty()
                    || commitments().stream()
                        .anyMatch(
                            c ->
                                c.round() == r.round()
                                    && c.participant().equals(filter.account().get())))
        .toList();
  }

  List<QueryResults.Commitment> commitments(Filter filter) {
    return commitments().stream()
        .filter(c -> isWithin(filter, c.place()))
        .filter(c -> filter.account().map(c.participant()::equals).orElse(true))
        .filter(c -> filter.status().map(c.outcome().text()::equals).orElse(true))
        .toList();
  }

  List<QueryResults.Version> versions(Filter filter) {
    return versions().stream()
        .filter(v -> isWithin(filter, v.place()))
        .filter(
            v ->
                filter.account().isEmpty()
                    || commitments().stream()
                        .anyMatch(
                            c ->
                                c.version().orElse(-1) == v.version()
                                    && c.participant().equals(filter.account().get())))
        .toList();
  }

  List<QueryResults.Attestation> attestations(Filter filter) {
    return attestations().stream()
        .filter(a -> isWithin(filter, a.place()))
        .filter(a -> filter.account().map(a.verifier()::equals).orElse(true))
        .filter(a -> filter.status().map(lower(a.finding())::equals).orElse(true))
        .toList();
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT);
  }
}
