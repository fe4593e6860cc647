package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.BudgetRaise;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Draw;
import org.fedledger.signing.Finding;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.signing.RecoveryVeto;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Assumptions;

/**
 * One federation on some ledger, and the steps of its life as tests tell them. Steps that return
 * nothing must succeed; the actions behind them can be had to be refused.
 */
public final class LedgerStory {

  /** A ledger for one federation, and its time. */
  public interface World extends AutoCloseable {

    /** The ledger as the account of that key reads and writes it. */
    Ledger as(SigningKey account);

    /** Time of the newest block, which the next one carries too. */
    long now();

    /** From now on blocks carry this time, seconds since 1970 UTC; never an earlier one. */
    void moveTo(long seconds);

    /** Block of the founding, or any before it. */
    default long firstBlock() {
      return 0;
    }

    /**
     * Whether time stands still until it is moved. Where it goes on by itself, {@link #now} is past
     * with the next block, and {@link #moveTo} only waits, so that blocks carry that time or later.
     */
    default boolean standsStill() {
      return true;
    }

    @Override
    void close();
  }

  /** Founds a federation on a new world. */
  public interface Founder {
    World found(FederationSetup setup);
  }

  /** What a story's federation is made of. */
  public record Cast(int aggregators, int verifiers, int threshold, int quorum) {

    /** One aggregator, no verifiers, a quorum of two. */
    public static final Cast SMALL = new Cast(1, 0, 0, 2);

    /** Three aggregators, two of three verifiers, a quorum of two. */
    public static final Cast VERIFIED = new Cast(3, 3, 2, 2);

    public Cast withQuorum(int changed) {
      return new Cast(aggregators, verifiers, threshold, changed);
    }
  }

  public static final Address NOBODY = new Address(new byte[Address.LENGTH]);
  public static final SigningKey COORDINATOR = TestKeys.key(1);
  public static final SigningKey ANYBODY = TestKeys.key(2);
  public static final SigningKey SUCCESSOR = TestKeys.key(3);
  public static final int COMMIT_SECONDS = 100;
  public static final int REVEAL_SECONDS = 50;
  public static final int PUBLICATION_SECONDS = 40;
  public static final int ATTESTATION_SECONDS = 30;
  public static final int RECOVERY_SECONDS = 60;
  public static final int ATTEMPTS = 3;
  public static final long WEIGHT_CAP = 1_000;

  private final World world;
  private final FederationSetup setup;
  private final List<SigningKey> aggregators;
  private final List<SigningKey> verifiers;

  private LedgerStory(
      World world,
      FederationSetup setup,
      List<SigningKey> aggregators,
      List<SigningKey> verifiers) {
    this.world = world;
    this.setup = setup;
    this.aggregators = aggregators;
    this.verifiers = verifiers;
  }

  /** A federation in which nobody is admitted yet. */
  public static LedgerStory begin(Founder founder, Cast cast) {
    List<SigningKey> aggregators = TestKeys.keys(100, cast.aggregators());
    List<SigningKey> verifiers = TestKeys.keys(200, cast.verifiers());
    FederationSetup setup =
        new FederationSetup(
            new FederationId(digest("federation").bytes()),
            digest("spec"),
            new BlobId(digest("version 0"), 1_000),
            Optional.of(new BlobId(digest("state 0"), 2_000)),
            cast.quorum(),
            cast.threshold(),
            RECOVERY_SECONDS,
            COORDINATOR.address(),
            Optional.of(SUCCESSOR.address()),
            TestKeys.addresses(aggregators),
            TestKeys.addresses(verifiers),
            List.of());
    return new LedgerStory(founder.found(setup), setup, aggregators, verifiers);
  }

  /** Skips a test of the very second of a deadline where time goes on by itself. */
  public LedgerStory atStandingTime() {
    Assumptions.assumeTrue(
        world.standsStill(), "time goes on by itself here, so no action meets a certain second");
    return this;
  }

  /** The digest of a file with that content. */
  public static Digest digest(String content) {
    return Digest.ofContent(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** The key of the n-th participant, from 0. */
  public static SigningKey participant(int n) {
    return TestKeys.key(300 + n);
  }

  public FederationSetup setup() {
    return setup;
  }

  public World world() {
    return world;
  }

  public SigningKey aggregator(int n) {
    return aggregators.get(n);
  }

  public SigningKey verifier(int n) {
    return verifiers.get(n);
  }

  // What there is.

  public Ledger reader() {
    return world.as(ANYBODY);
  }

  public List<RecordedEvent> recorded() {
    Ledger ledger = reader();
    long head = ledger.head().number();
    List<RecordedEvent> all = new ArrayList<>();
    for (long from = world.firstBlock(); from <= head; from += LedgerReader.MAX_SPAN) {
      all.addAll(ledger.events(from, Math.min(head, from + LedgerReader.MAX_SPAN - 1)));
    }
    return all;
  }

  public List<LedgerEvent> events() {
    return recorded().stream().map(RecordedEvent::event).toList();
  }

  /** The events of one kind, in order. */
  public <E extends LedgerEvent> List<E> events(Class<E> kind) {
    return events().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** What follows from all events. */
  public FederationState state() {
    BlockRef head = reader().head();
    StateFold fold = new StateFold();
    recorded().forEach(fold::apply);
    return fold.snapshot(head);
  }

  public Round round() {
    return state().round().orElseThrow();
  }

  // What is done.

  public Outcome tryAs(SigningKey account, LedgerAction action) {
    return world.as(account).submit(action);
  }

  public Outcome.Mined doAs(SigningKey account, LedgerAction action) {
    Outcome outcome = tryAs(account, action);
    assertThat(outcome).as("%s", action).isInstanceOf(Outcome.Mined.class);
    return (Outcome.Mined) outcome;
  }

  /** Asserts that the action is refused with that error and these values, and changes nothing. */
  public void refuses(SigningKey account, LedgerAction action, String error, Object... values) {
    int before = recorded().size();
    assertThat(tryAs(account, action))
        .as("%s", action)
        .isEqualTo(new Outcome.Refused(error, Arrays.stream(values).map(String::valueOf).toList()));
    assertThat(recorded()).hasSize(before);
  }

  /** Admits participants 0 to count - 1 with the largest budget. */
  public LedgerStory admit(int count) {
    for (int i = 0; i < count; i++) {
      doAs(COORDINATOR, new LedgerAction.Admit(participant(i).address(), -1));
    }
    return this;
  }

  /** For all members, in one stage, on the version on which the next round must build. */
  public RoundOpening opening() {
    FederationState state = state();
    long version = state.baseVersion();
    LedgerEvent.VersionFinal base =
        events(LedgerEvent.VersionFinal.class).stream()
            .filter(e -> e.version() == version)
            .findFirst()
            .orElse(null);
    int members =
        (int)
            state.participants().values().stream()
                .filter(p -> p.tenure().covers(state.nextRound()))
                .count();
    return new RoundOpening(
        digest("plan"),
        3_000,
        version,
        base == null ? state.created().model() : base.model(),
        base == null ? state.created().state() : base.state(),
        world.now() + COMMIT_SECONDS,
        BigInteger.ZERO,
        REVEAL_SECONDS,
        PUBLICATION_SECONDS,
        ATTESTATION_SECONDS,
        ATTEMPTS,
        Draw.EVERYBODY,
        members,
        WEIGHT_CAP);
  }

  public RoundId open() {
    return open(opening());
  }

  public RoundId open(RoundOpening opening) {
    doAs(COORDINATOR, new LedgerAction.OpenRound(opening));
    return round().id();
  }

  /** An update of the n-th participant that costs no privacy. */
  public UpdateCommitment update(int n) {
    return update(n, 0);
  }

  public UpdateCommitment update(int n, long privacyCost) {
    Round round = round();
    return new UpdateCommitment(
        round.id(),
        round.stage(),
        participant(n).address(),
        digest("update %d in stage %d of %s".formatted(n, round.stage(), round.id())),
        4_000 + n,
        10 + n,
        privacyCost);
  }

  public LedgerAction.Commit commitment(UpdateCommitment update, SigningKey signer) {
    return new LedgerAction.Commit(update, reader().domain().sign(update, signer));
  }

  public LedgerStory commit(int... participants) {
    for (int n : participants) {
      doAs(participant(n), commitment(update(n), participant(n)));
    }
    return this;
  }

  public LedgerStory closeCommits() {
    doAs(ANYBODY, new LedgerAction.CloseCommits(round().id()));
    return this;
  }

  /** Admits so many, opens a round, has all commit, and closes. */
  public LedgerStory committedBy(int count) {
    admit(count);
    open();
    for (int i = 0; i < count; i++) {
      commit(i);
    }
    return closeCommits();
  }

  /** The decision that accepts all committed but these. */
  public Decision decision(Rejection... rejections) {
    Round round = round();
    List<Rejection> rejected = List.of(rejections);
    Collection<Integer> out = rejected.stream().map(Rejection::index).toList();
    List<Integer> accepted =
        round.commitments().values().stream()
            .map(LedgerEvent.UpdateCommitted::index)
            .filter(i -> !out.contains(i))
            .toList();
    return Decision.of(round.indexes(), accepted, rejected);
  }

  public static Rejection rejection(int index, Reason reason) {
    return new Rejection(index, reason);
  }

  /** A model of the present round and attempt. */
  public Publication model(String content, Decision decision) {
    Round round = round();
    return new Publication(
        round.id(),
        round.nextAttempt(),
        digest(content),
        5_000,
        digest(content + " state"),
        6_000,
        decision.digest());
  }

  /** A proposal to abort the present round. */
  public Publication proposal(Decision decision) {
    Round round = round();
    return new Publication(
        round.id(), round.nextAttempt(), Digest.NONE, 0, Digest.NONE, 0, decision.digest());
  }

  public LedgerAction.Publish publication(
      Publication publication, Decision decision, SigningKey signer) {
    return new LedgerAction.Publish(
        publication, decision, reader().domain().sign(publication, signer));
  }

  /** The n-th aggregator publishes a model that accepts all but these. */
  public Publication publish(int n, String content, Rejection... rejections) {
    Decision decision = decision(rejections);
    Publication publication = model(content, decision);
    doAs(aggregator(n), publication(publication, decision, aggregator(n)));
    return publication;
  }

  /** The n-th aggregator proposes to abort. */
  public Publication propose(int n, Rejection... rejections) {
    Decision decision = decision(rejections);
    Publication publication = proposal(decision);
    doAs(aggregator(n), publication(publication, decision, aggregator(n)));
    return publication;
  }

  public LedgerAction.Attest attestation(Publication p, SigningKey verifier, Finding finding) {
    Attestation attestation =
        switch (finding) {
          case MATCH -> Attestation.match(p.id(), p.model(), p.state());
          case DIFFER -> Attestation.differ(p.id(), digest("another result"), p.state());
          case LACK -> Attestation.lack(p.id(), digest("a file that is not there"));
        };
    return attestation(attestation, verifier);
  }

  public LedgerAction.Attest attestation(Attestation attestation, SigningKey verifier) {
    return new LedgerAction.Attest(
        attestation, verifier.address(), reader().domain().sign(attestation, verifier));
  }

  /** What the n-th verifier finds about the publication. */
  public LedgerStory attest(Publication p, int n, Finding finding) {
    doAs(verifier(n), attestation(p, verifier(n), finding));
    return this;
  }

  /** The n-th aggregator publishes, and verifiers 0 and 1 find it right. */
  public LedgerStory finish(int n, String content) {
    Publication p = publish(n, content);
    return attest(p, 0, Finding.MATCH).attest(p, 1, Finding.MATCH);
  }

  /** A change of governance that names an account and no value. */
  public LedgerAction.Govern change(GovernanceKind kind, Address account, SigningKey... signers) {
    return change(kind, account, BigInteger.ZERO, signers);
  }

  /** A change of governance that names nobody. */
  public LedgerAction.Govern change(GovernanceKind kind, long value, SigningKey... signers) {
    return change(kind, NOBODY, BigInteger.valueOf(value), signers);
  }

  /** A change of governance signed for its present number, as the contract orders it. */
  public LedgerAction.Govern change(
      GovernanceKind kind, Address account, BigInteger value, SigningKey... signers) {
    GovernanceChange signed =
        new GovernanceChange(
            setup.federation(), kind.code(), account, value, state().governanceNonce());
    List<Signature> signatures =
        Arrays.stream(signers)
            .sorted(Comparator.comparing(SigningKey::address))
            .map(signer -> reader().domain().sign(signed, signer))
            .toList();
    return new LedgerAction.Govern(kind, account, value, signatures);
  }

  /** An address as the value of a change. */
  public static BigInteger valueOf(Address address) {
    return new BigInteger(1, address.bytes());
  }

  /** The n-th participant's change of keys, signed by the first of these. */
  public LedgerAction.RotateKey rotation(int n, SigningKey from, SigningKey to) {
    Address address = participant(n).address();
    KeyRotation rotation =
        new KeyRotation(address, to.address(), state().participants().get(address).keyChanges());
    return new LedgerAction.RotateKey(rotation, reader().domain().sign(rotation, from));
  }

  /** The n-th participant's refusal of that key. */
  public LedgerAction.VetoRecovery veto(int n, SigningKey refused, SigningKey signer) {
    Address address = participant(n).address();
    RecoveryVeto veto =
        new RecoveryVeto(
            address, refused.address(), state().participants().get(address).keyChanges());
    return new LedgerAction.VetoRecovery(veto, reader().domain().sign(veto, signer));
  }

  /** The n-th participant's consent to that budget. */
  public LedgerAction.RaiseBudget raise(int n, long budget, SigningKey signer) {
    BudgetRaise raise = new BudgetRaise(participant(n).address(), budget);
    return new LedgerAction.RaiseBudget(raise, reader().domain().sign(raise, signer));
  }
}
