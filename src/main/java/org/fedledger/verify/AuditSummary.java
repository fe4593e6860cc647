package org.fedledger.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.ledger.BlockRef;
import org.fedledger.signing.SigningDomain;

/**
 * What an audit came to, without the rounds it told of one by one; its size does not grow with
 * them.
 *
 * @param name the federation's, empty if its spec could not be read
 * @param whole what concerns no single round
 * @param rounds checked
 * @param updates that took part in final versions, of those rounds
 * @param problems in all, those of the whole included
 * @param gaps in all
 * @param head the block up to which the record was read
 * @param since the round after which the audit began, where it went on from a checkpoint
 * @param checkpoint where a next audit may go on; only if all up to there was checked and verified
 */
public record AuditSummary(
    SigningDomain domain,
    Optional<String> name,
    AuditPart whole,
    long rounds,
    long updates,
    long problems,
    long gaps,
    BlockRef head,
    OptionalLong since,
    Optional<Checkpoint> checkpoint) {

  /** The same with further notes on the whole. */
  public AuditSummary noting(List<String> further) {
    List<String> notes = new ArrayList<>(whole.notes());
    notes.addAll(further);
    return new AuditSummary(
        domain,
        name,
        new AuditPart(whole.finding(), whole.problems(), whole.gaps(), notes),
        rounds,
        updates,
        problems,
        gaps,
        head,
        since,
        checkpoint);
  }

  /** Everything was there, and everything matches. */
  public boolean verified() {
    return problems == 0 && gaps == 0;
  }

  public boolean failed() {
    return problems > 0;
  }
}
