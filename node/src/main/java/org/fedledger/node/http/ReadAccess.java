package org.fedledger.node.http;

import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.Tenure;
import org.fedledger.node.http.SignedRequests.Signed;
import org.fedledger.spec.Reader;
import org.fedledger.types.Address;

/** Decides whether a request may read what not everybody may read. */
final class ReadAccess {

  private final SignedRequests requests;

  ReadAccess(SignedRequests requests) {
    this.requests = requests;
  }

  /**
   * Who is let in.
   *
   * @param reader as whom it reads
   * @param signer whose key signed
   */
  record Granted(Address reader, Address signer) {}

  /**
   * Lets the call pass, or not.
   *
   * @param readers whom the spec allows
   * @param author of the blob, where it is known
   * @throws RefusedException with what is missing
   */
  Granted check(Call call, FederationState state, Set<Reader> readers, Optional<Address> author)
      throws RefusedException {
    Signed signed = requests.require(call, state, "this blob is not everybody's to read");
    call.about().reader(signed.sender());
    boolean participant = signed.byParticipant(state);
    boolean own = participant && author.filter(signed.sender()::equals).isPresent();
    if (!own && !allowed(state, readers, signed, participant)) {
      throw new RefusedException(
          Problem.FORBIDDEN.because(
              "%s signed with %s may not read this; the federation's spec lets %s read updates, and each author its own"
                  .formatted(signed.sender(), signed.key(), names(readers))));
    }
    return new Granted(signed.sender(), signed.key());
  }

  private static boolean allowed(
      FederationState state, Set<Reader> readers, Signed signed, boolean participant) {
    Address reader = signed.sender();
    boolean self = signed.bySelf();
    return readers.contains(Reader.AGGREGATORS)
            && self
            && inOffice(state, state.aggregators(), reader)
        || readers.contains(Reader.VERIFIERS) && self && inOffice(state, state.verifiers(), reader)
        || readers.contains(Reader.AUDITORS) && self && state.auditors().contains(reader)
        || readers.contains(Reader.PARTICIPANTS)
            && participant
            && counts(state, state.participants().get(reader).tenure());
  }

  private static boolean inOffice(
      FederationState state, SortedMap<Address, Tenure> offices, Address reader) {
    Tenure tenure = offices.get(reader);
    return tenure != null && counts(state, tenure);
  }

  /** In the last opened round, or in the next. */
  private static boolean counts(FederationState state, Tenure tenure) {
    return tenure.covers(state.nextRound())
        || state.round().map(Round::number).filter(tenure::covers).isPresent();
  }

  private static String names(Set<Reader> readers) {
    return readers.isEmpty()
        ? "nobody else"
        : String.join(", ", readers.stream().map(Reader::text).sorted().toList());
  }
}
