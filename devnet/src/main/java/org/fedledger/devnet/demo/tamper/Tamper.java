package org.fedledger.devnet.demo.tamper;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.fedledger.signing.Reason;

/** A fraud that the demo can play; {@code docs/attacks.md} tells who catches each. */
public enum Tamper {
  UPDATE_BYTE("one byte of an update is changed, where it is stored", Needs.NOTHING) {
    @Override
    Attack attack(Stage stage) {
      Party victim = stage.victim();
      return stage.verifiers().isEmpty()
          ? new OperatorOfTheStore(
              stage,
              "after the last round, %s changed one byte of the stored update of %s"
                  .formatted(stage.node().name(), victim.name()),
              List.of(victim),
              files -> AlteredFiles.changeLast(files.getFirst(), AlteredFiles::flip))
          : new LyingAggregator(
              stage,
              "%s changed one byte of the update of %s, and aggregated that"
                  .formatted(stage.node().name(), victim.name()),
              Lies.flippingIn(victim.address()));
    }
  },
  SWAP_UPDATES("two updates are exchanged, each under the other's name", Needs.THREE) {
    @Override
    Attack attack(Stage stage) {
      Party one = stage.participants().get(1);
      Party other = stage.participants().get(2);
      return stage.verifiers().isEmpty()
          ? new OperatorOfTheStore(
              stage,
              "after the last round, %s exchanged the stored updates of %s and %s"
                  .formatted(stage.node().name(), one.name(), other.name()),
              List.of(one, other),
              files -> AlteredFiles.exchange(files.get(0), files.get(1)))
          : new LyingAggregator(
              stage,
              "%s aggregated the updates of %s and %s, each with the other's weight"
                  .formatted(stage.node().name(), one.name(), other.name()),
              Lies.exchanging(one.address(), other.address()));
    }
  },
  WRONG_AUTHOR("a participant commits another's update as its own", Needs.THREE) {
    @Override
    Attack attack(Stage stage) {
      return new DishonestParticipant(
          stage,
          "%s committed, as its own, the digest that %s had just committed"
              .formatted(stage.cheater().name(), stage.victim().name()),
          Reason.AUTHOR,
          new Copying(stage.victim()));
    }
  },
  AGGREGATE_ULP("the aggregator publishes a model one ulp off", Needs.NOTHING) {
    @Override
    Attack attack(Stage stage) {
      return new LyingAggregator(
          stage,
          "%s published a model with its last weight one ulp off".formatted(stage.node().name()),
          Lies::oneUlpOff);
    }
  },
  DROP_PARTICIPANT("the aggregator leaves a committed participant out", Needs.THREE) {
    @Override
    Attack attack(Stage stage) {
      return stage.colluding()
          ? new LyingAggregator(
              stage,
              "%s rejected the update of %s for a norm that it does not have"
                  .formatted(stage.node().name(), stage.victim().name()),
              Lies.rejecting(stage.victim().address(), Reason.NORM),
              evidence ->
                  evidence.falseRecord(
                      stage.node().address(),
                      e ->
                          stage.victim().address().toString().equals(e.get("participant"))
                              && Reason.NORM.toString().equals(e.get("recordedReason"))))
          : new RefusedPublication(
              stage,
              "%s published a model without the update of %s, and without a word about it"
                  .formatted(stage.node().name(), stage.victim().name()),
              task -> Lies.forgetting(task, stage.victim().address()),
              "DecisionsMismatch");
    }
  },
  REPLAY_ROUND("a participant sends the round before's work again", Needs.AN_EARLIER_ROUND) {
    @Override
    Attack attack(Stage stage) {
      return new Replay(
          stage,
          "%s sent its commitment of round %d again, and then its file"
              .formatted(stage.cheater().name(), stage.round() - 1));
    }
  },
  FAKE_WEIGHT("the aggregator counts an update with a false weight", Needs.JUDGES) {
    @Override
    Attack attack(Stage stage) {
      return new LyingAggregator(
          stage,
          "%s counted the update of %s with three times the weight that it signed"
              .formatted(stage.node().name(), stage.cheater().name()),
          Lies.weighing(stage.cheater().address(), 3));
    }
  },
  NAN("a participant commits an update with a NaN in it", Needs.THREE) {
    @Override
    Attack attack(Stage stage) {
      return new DishonestParticipant(
          stage,
          "%s committed an update whose last weight is not a number"
              .formatted(stage.cheater().name()),
          Reason.NONFINITE,
          DishonestParticipant.altering(_ -> Float.NaN));
    }
  },
  REWRITE_BLOB_STORE("the node's files are replaced by another history", Needs.THREE, false) {
    @Override
    Attack attack(Stage stage) {
      return new RewrittenHistory(stage);
    }
  },
  FALSE_MISSING("the aggregator says that an update never came that did", Needs.THREE) {
    @Override
    Attack attack(Stage stage) {
      return new FalselyMissing(stage);
    }
  },
  FORGED_SIGNATURE("a participant commits in another's name", Needs.THREE, false) {
    @Override
    Attack attack(Stage stage) {
      return new Forgery(stage);
    }
  },
  STALE_BASE("a participant's update is made from an older base", Needs.AN_EARLIER_ROUND) {
    @Override
    Attack attack(Stage stage) {
      return new DishonestParticipant(
          stage,
          "%s committed an update that it had made from the base of round %d"
              .formatted(stage.cheater().name(), stage.round() - 1),
          Reason.BASE,
          Earlier::commitFromStaleBase);
    }
  },
  HIJACK_KEY("the coordinator puts its key in a participant's place", Needs.NOTHING, false) {
    @Override
    Attack attack(Stage stage) {
      return new HijackedKey(stage);
    }
  },
  FALSE_DIGEST_REASON("the aggregator rejects an update for its digest", Needs.THREE, false) {
    @Override
    Attack attack(Stage stage) {
      return new RefusedPublication(
          stage,
          "%s rejected the update of %s for a digest that it does not have"
              .formatted(stage.node().name(), stage.victim().name()),
          Lies.rejecting(stage.victim().address(), Reason.DIGEST),
          "InvalidReason");
    }
  },
  BACKDATED_RECEIPT("a receipt names a block from before uploads", Needs.THREE, false) {
    @Override
    Attack attack(Stage stage) {
      return new BackdatedReceipt(stage);
    }
  },
  WITHHOLD_FILE("the aggregator publishes a version and withholds it", Needs.NOTHING, false) {
    @Override
    Attack attack(Stage stage) {
      return new WithheldVersion(stage);
    }
  },
  LATE_UPLOAD("a participant uploads after the reveal deadline", Needs.THREE, false) {
    @Override
    Attack attack(Stage stage) {
      return new LateUpload(stage);
    }
  },
  NARROW_BUNDLE(
      "the aggregator hands over a bundle without its lie", Needs.AN_EARLIER_ROUND, false) {
    @Override
    Attack attack(Stage stage) {
      return new NarrowBundle(stage);
    }
  },
  FRAMED_VERIFIER("a verifier is refused the files, and says so", Needs.JUDGES, false) {
    @Override
    Attack attack(Stage stage) {
      return new FramedVerifier(stage);
    }

    /** One of them lacks the files, and the others are more than half. */
    @Override
    int fewestVerifiers() {
      return verifiers();
    }
  },
  WIDER_PLAN("the coordinator's plan asks for more than the spec allows", Needs.AN_EARLIER_ROUND) {
    @Override
    Attack attack(Stage stage) {
      return new WiderPlan(stage);
    }

    @Override
    boolean passesVerifiers() {
      return false;
    }
  };

  /**
   * What a story takes.
   *
   * @param participants at least, so that the others are a quorum
   */
  private record Needs(int participants, int round, int verifiers) {
    static final Needs NOTHING = new Needs(1, 1, 0);
    static final Needs THREE = new Needs(3, 1, 0);
    static final Needs JUDGES = new Needs(3, 1, 3);
    static final Needs AN_EARLIER_ROUND = new Needs(3, 2, 0);
  }

  private final String meaning;
  private final Needs needs;
  private final boolean colludes;

  Tamper(String meaning, Needs needs) {
    this(meaning, needs, true);
  }

  Tamper(String meaning, Needs needs, boolean colludes) {
    this.meaning = meaning;
    this.needs = needs;
    this.colludes = colludes;
  }

  abstract Attack attack(Stage stage);

  /** How many verifiers there must be. */
  int fewestVerifiers() {
    return 0;
  }

  /** Whether it comes to a version where verifiers are honest. */
  boolean passesVerifiers() {
    return true;
  }

  /** One line for people. */
  public String meaning() {
    return meaning;
  }

  /** Whether there is a story in which aggregator and verifiers stand by it. */
  public boolean colludes() {
    return colludes;
  }

  /** How many verifiers the story has by itself. */
  int verifiers() {
    return needs.verifiers();
  }

  /**
   * The round of the fraud: the middle one, or the first that it can happen in.
   *
   * @throws IllegalArgumentException if there are too few rounds or participants
   */
  public long round(long rounds, int participants) {
    if (rounds < needs.round() || participants < needs.participants()) {
      throw new IllegalArgumentException(
          "--tamper %s takes at least %d participants and %d rounds, not %d and %d"
              .formatted(text(), needs.participants(), needs.round(), participants, rounds));
    }
    return Math.max(needs.round(), (rounds + 1) / 2);
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The fraud, ready to be played. */
  public static Attack play(Stage stage) {
    return stage.scheme().kind().attack(stage);
  }

  public static List<String> texts() {
    return Arrays.stream(values()).map(Tamper::text).toList();
  }

  /**
   * @throws IllegalArgumentException for a kind that is not known
   */
  public static Tamper of(String text) {
    return Arrays.stream(values())
        .filter(tamper -> tamper.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--tamper knows %s, not '%s'".formatted(String.join(", ", texts()), text)));
  }
}
