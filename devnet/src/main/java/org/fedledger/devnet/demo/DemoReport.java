package org.fedledger.devnet.demo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.fedledger.devnet.dataset.Dataset;
import org.fedledger.devnet.demo.tamper.Story;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * What a demo did, from beginning to end.
 *
 * @param tamper the fraud that was played, if one was
 */
record DemoReport(
    Chain chain,
    Address contract,
    String federation,
    List<Member> participants,
    List<RoundEntry> rounds,
    FinalVersion last,
    AuditSummary audit,
    Optional<Story> tamper,
    double seconds) {

  /** The ledger it ran on. */
  record Chain(String kind, String client, long chainId, String rpc) {}

  /** A participant's name, for people, and its address, for everything else. */
  record Member(String name, Address address) {}

  /**
   * How good a version is.
   *
   * @param accuracy share of held-out examples that it gets right
   * @param loss mean over held-out examples
   */
  record Metrics(double accuracy, double loss) {

    /** The unweighted mean over participants. */
    static Metrics mean(Iterable<Metrics> all) {
      double accuracy = 0;
      double loss = 0;
      int count = 0;
      for (Metrics metrics : all) {
        accuracy += metrics.accuracy();
        loss += metrics.loss();
        count++;
      }
      return new Metrics(accuracy / count, loss / count);
    }
  }

  /** An update that did not take part. */
  record RejectedUpdate(Address participant, String reason) {}

  /**
   * One round that became final.
   *
   * @param updates committed, in the order of the ledger
   * @param commitGas of each commitment, in the same order
   */
  record RoundEntry(
      long round,
      long version,
      Digest digest,
      List<UpdateCommitment> updates,
      List<Address> accepted,
      List<RejectedUpdate> rejected,
      Metrics metrics,
      List<Long> commitGas,
      long publishGas,
      double seconds) {}

  /**
   * The last version.
   *
   * @param common accuracy on examples that belong to no participant, where there are any
   */
  record FinalVersion(
      long version,
      Digest digest,
      Metrics metrics,
      Map<Address, Metrics> perParticipant,
      OptionalDouble common,
      Optional<Dataset.Reference> reference) {}

  /** What the audit found; {@code updates} took part in final versions. */
  record AuditSummary(boolean verified, int rounds, long updates) {}

  String name(Address address) {
    return participants.stream()
        .filter(member -> member.address().equals(address))
        .map(Member::name)
        .findFirst()
        .orElse(address.toString());
  }
}
