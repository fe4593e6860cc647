package org.fedledger.node.http;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.Tenure;
import org.fedledger.signing.BlobRead;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.Reader;
import org.fedledger.types.Address;

/** Decides whether a request may read what not everybody may read. */
final class ReadAccess {

  /** Longest time, in seconds, for which a request may be signed ahead. */
  static final long MAX_AHEAD = 300;

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "FedLedger reader=(0x[0-9a-f]{40}),expiry=([0-9]{1,18}),signature=(0x[0-9a-f]{130})");

  private static final Map<String, String> CHALLENGE = Map.of("WWW-Authenticate", "FedLedger");

  private static final String HOW =
      "; send 'Authorization: FedLedger reader=0x…,expiry=SECONDS,signature=0x…', signed as EIP-712 BlobRead{reader, method, path, expiry}, the expiry at most %d seconds ahead"
          .formatted(MAX_AHEAD);

  private final SigningDomain domain;
  private final InstantSource clock;

  ReadAccess(SigningDomain domain, InstantSource clock) {
    this.domain = domain;
    this.clock = clock;
  }

  /**
   * Lets the call pass, or not.
   *
   * @param readers whom the spec allows
   * @param author of the blob, where it is known
   * @throws RefusedException with what is missing
   */
  void check(Call call, FederationState state, Set<Reader> readers, Optional<Address> author)
      throws RefusedException {
    Matcher header = AUTHORIZATION.matcher(call.header("Authorization").orElse(""));
    if (!header.matches()) {
      throw unsigned("this blob is not everybody's to read");
    }
    BlobRead read =
        new BlobRead(
            Address.of(header.group(1)),
            call.method(),
            call.path(),
            expiry(Long.parseLong(header.group(2))));
    Address signer = signer(read, header.group(3));
    boolean participant = signsAsParticipant(state, read.reader(), signer);
    boolean own = participant && author.filter(read.reader()::equals).isPresent();
    if (!own && !allowed(state, readers, read.reader(), signer, participant)) {
      throw new RefusedException(
          Problem.FORBIDDEN.because(
              "%s signed with %s may not read this; the federation's spec lets %s read updates, and each author its own"
                  .formatted(read.reader(), signer, names(readers))));
    }
  }

  private long expiry(long expiry) throws RefusedException {
    long now = clock.instant().getEpochSecond();
    if (expiry < now) {
      throw unsigned("the request expired %d seconds ago".formatted(now - expiry));
    }
    if (expiry > now + MAX_AHEAD) {
      throw unsigned("the expiry is %d seconds ahead".formatted(expiry - now));
    }
    return expiry;
  }

  private Address signer(BlobRead read, String signature) throws RefusedException {
    try {
      return domain
          .signer(read, Signature.of(signature))
          .orElseThrow(() -> unsigned("no key makes this signature"));
    } catch (IllegalArgumentException e) {
      throw unsigned(e.getMessage());
    }
  }

  /** By its signing key, the one of the present round or the newest. */
  private static boolean signsAsParticipant(FederationState state, Address reader, Address signer) {
    boolean newest =
        Optional.ofNullable(state.participants().get(reader))
            .filter(p -> p.signer().equals(signer))
            .isPresent();
    return newest
        || state
            .round()
            .map(round -> round.members().get(reader))
            .filter(p -> p.signer().equals(signer))
            .isPresent();
  }

  private static boolean allowed(
      FederationState state,
      Set<Reader> readers,
      Address reader,
      Address signer,
      boolean participant) {
    boolean self = reader.equals(signer);
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

  private static RefusedException unsigned(String why) {
    return new RefusedException(Problem.UNSIGNED.because(why + HOW, CHALLENGE));
  }
}
