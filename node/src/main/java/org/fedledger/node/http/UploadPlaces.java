package org.fedledger.node.http;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * Who may upload at a time, so that nobody keeps another out.
 *
 * <p>Each commitment has a place, and each member of the federation one for each of its files,
 * which it may bring at the same time. Whoever comes again for a place has it, and the upload that
 * held it ends: a client whose connection broke without a word goes on at once, and nobody else can
 * take it, since both are signed. Who does not sign shares a few places with all others of that
 * kind, and has not all of these.
 */
final class UploadPlaces {

  /** Places for those who do not sign. */
  static final int UNSIGNED = 8;

  /** Of them for one remote address. */
  static final int UNSIGNED_EACH = 2;

  /** Whose place it is. */
  private sealed interface Owner {
    record Committer(UpdateCommitment commitment) implements Owner {}

    record Member(Address member, Digest file) implements Owner {}

    record Unsigned(long number) implements Owner {}
  }

  /** One upload's place; closing it gives it back, if it still is this one's. */
  final class Place implements AutoCloseable {
    private final Owner owner;
    private final Optional<RemoteAddress> shared;
    private final Runnable onTaken;

    private Place(Owner owner, Optional<RemoteAddress> shared, Runnable onTaken) {
      this.owner = owner;
      this.shared = shared;
      this.onTaken = onTaken;
    }

    @Override
    public void close() {
      giveBack(this);
    }
  }

  private final Set<InetAddress> unshared;
  private final Shares<RemoteAddress> shares = new Shares<>(UNSIGNED_EACH);
  private final Map<Owner, Place> taken = new HashMap<>();
  private int unsigned;
  private long numbers;

  /**
   * @param unshared addresses without a share of their own
   */
  UploadPlaces(Set<InetAddress> unshared) {
    this.unshared = unshared;
  }

  /**
   * The place of a commitment.
   *
   * @param onTaken run when a newer upload takes the place
   */
  Place of(UpdateCommitment commitment, Runnable onTaken) {
    return take(new Owner.Committer(commitment), onTaken);
  }

  /**
   * The place of a member for a file of the federation.
   *
   * @param onTaken run when a newer upload takes the place
   */
  Place of(Address member, Digest file, Runnable onTaken) {
    return take(new Owner.Member(member, file), onTaken);
  }

  /** A place for whoever does not sign, if there is one left. */
  synchronized Optional<Place> unsigned(InetAddress from) {
    Optional<RemoteAddress> shared =
        unshared.contains(from) ? Optional.empty() : Optional.of(RemoteAddress.of(from));
    if (unsigned >= UNSIGNED || shared.isPresent() && !shares.take(shared.get())) {
      return Optional.empty();
    }
    unsigned++;
    Place place = new Place(new Owner.Unsigned(numbers++), shared, () -> {});
    taken.put(place.owner, place);
    return Optional.of(place);
  }

  /** How many uploads are under way. */
  synchronized int count() {
    return taken.size();
  }

  private synchronized Place take(Owner owner, Runnable onTaken) {
    Place place = new Place(owner, Optional.empty(), onTaken);
    Place before = taken.put(owner, place);
    if (before != null) {
      before.onTaken.run();
    }
    return place;
  }

  private synchronized void giveBack(Place place) {
    if (taken.remove(place.owner, place) && place.owner instanceof Owner.Unsigned) {
      unsigned--;
      place.shared.ifPresent(shares::giveBack);
    }
  }
}
