package org.fedledger.ledger;

import java.util.ArrayList;
import java.util.List;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.junit.jupiter.api.AfterEach;

/**
 * A federation on the ledger that is tested, and the words for it; the rules themselves stand in
 * the classes below, by topic. A deadline is the last second at which its step may be done.
 */
abstract class LedgerRules {

  static final int COMMITTING = 1;
  static final int PUBLISHING = 2;
  static final int ATTESTING = 3;
  static final int FINAL = 4;
  static final int ABORTED = 5;

  private final List<LedgerStory> begun = new ArrayList<>();

  /** Founds a federation on the ledger that is tested. */
  protected abstract LedgerStory.World found(FederationSetup setup) throws Exception;

  protected final LedgerStory begin(Cast cast) {
    LedgerStory story =
        LedgerStory.begin(
            setup -> {
              try {
                return found(setup);
              } catch (RuntimeException e) {
                throw e;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            cast);
    begun.add(story);
    return story;
  }

  @AfterEach
  void closeWorlds() {
    begun.forEach(story -> story.world().close());
  }

  /** Asserts that the action is refused to everybody but the coordinator. */
  static void refusesNonCoordinator(LedgerStory story, SigningKey sender, LedgerAction action) {
    story.refuses(sender, action, "NotCoordinator", sender.address(), story.state().coordinator());
  }

  static void refusesModel(LedgerStory story, Decision decision, String error, Object... values) {
    Publication p = story.model("version 1", decision);
    story.refuses(
        story.aggregator(0), story.publication(p, decision, story.aggregator(0)), error, values);
  }
}
