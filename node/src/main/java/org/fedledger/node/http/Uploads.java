package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjLongConsumer;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationState;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.chain.NodeIndex;
import org.fedledger.node.records.IssuedReceipts;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.BlobStore;
import org.fedledger.store.BlobStore.Received;
import org.fedledger.store.BlobStore.Receiving;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * Takes blobs whose digest stands on the ledger, hashing them on their way to disk.
 *
 * <p>An update is brought by who committed it, which it signs, and is answered with a signed
 * receipt once it is on disk. The receipt names the newest block as it was after the last byte had
 * come; what comes after the reveal deadline by that block's time is not kept. A commitment of a
 * size that no update of the federation has is refused before anything is read, so that a file's
 * header is never larger than the federation's own.
 */
final class Uploads implements Endpoint {

  private static final int STRIPES = 64;

  private final BlobStore store;
  private final Federation federation;
  private final SignedRequests requests;
  private final IssuedReceipts receipts;
  private final NodeIndex index;
  private final long maxBytes;
  private final ObjLongConsumer<Digest> onStored;
  private final UploadPlaces places;
  private final DiskSpace disk;

  /** Apart, so that no update waits until a model was read. */
  private final DamageCheck damagedUpdates;

  private final DamageCheck damagedFiles;

  /** By digest: of those who bring the same file at the same time one has stored it. */
  private final ReentrantLock[] finishing = new ReentrantLock[STRIPES];

  /**
   * @param requests tells who brings an update
   * @param index tells of final versions before the last
   * @param places for uploads at a time
   * @param disk where they need room
   * @param maxBytes of any blob
   * @param onStored told each blob that came, with its size
   * @param clock by which a file counts as just looked at
   */
  Uploads(
      BlobStore store,
      Federation federation,
      SignedRequests requests,
      IssuedReceipts receipts,
      NodeIndex index,
      UploadPlaces places,
      DiskSpace disk,
      long maxBytes,
      ObjLongConsumer<Digest> onStored,
      InstantSource clock) {
    this.store = store;
    this.federation = federation;
    this.requests = requests;
    this.receipts = receipts;
    this.index = index;
    this.places = places;
    this.disk = disk;
    this.maxBytes = maxBytes;
    this.onStored = onStored;
    this.damagedUpdates = new DamageCheck(store, clock, System::nanoTime);
    this.damagedFiles = new DamageCheck(store, clock, System::nanoTime);
    Arrays.setAll(finishing, _ -> new ReentrantLock());
  }

  @Override
  public Answer answer(Call call) throws IOException, InterruptedException, RefusedException {
    Answer answer = taken(call);
    if (call.about().participant().isPresent() && answer.status() / 100 == 2) {
      call.about().receipt();
    }
    return answer;
  }

  private Answer taken(Call call) throws IOException, InterruptedException, RefusedException {
    Digest digest = call.parameter("digest", Digest::of);
    call.about().digest(digest);
    long length = length(call);
    Permit permit = permit(digest);
    if (permit instanceof Permit.Update(List<UpdateCommitment> all, var _)) {
      call.about().committed(all.getFirst());
    }
    requireCommitter(call, permit);
    requireSize(permit, length);
    if (isForgone(permit)) {
      return forgone();
    }
    OptionalLong here = isDamaged(call, permit, digest) ? OptionalLong.empty() : store.size(digest);
    if (here.isPresent()) {
      Optional<byte[]> before = given(permit, here.getAsLong());
      return before.isPresent()
          ? Answer.json(200, before.get())
          : answer(200, permit, digest, here.getAsLong());
    }
    requireInTime(permit);
    try (UploadPlaces.Place _ = place(call, permit, digest);
        DiskSpace.Room room = disk.room(length)) {
      return take(call, permit, digest, length, room);
    }
  }

  private UploadPlaces.Place place(Call call, Permit permit, Digest digest)
      throws RefusedException {
    Runnable onTaken =
        () ->
            call.body()
                .giveUp(
                    new RefusedException(
                        Problem.REPLACED.because(
                            "the same sender has begun another upload since; this one ends")));
    Optional<SignedRequests.Signed> signed =
        requests.find(call, federation.state().orElseGet(federation::fresh));
    if (permit instanceof Permit.Update(List<UpdateCommitment> all, var _)) {
      Address committer = signed.orElseThrow().sender();
      return places.of(
          all.stream().filter(c -> c.participant().equals(committer)).findFirst().orElseThrow(),
          onTaken);
    }
    Optional<Address> member = member(call);
    return member.isPresent()
        ? places.of(member.get(), digest, onTaken)
        : places
            .unsigned(call.from())
            .orElseThrow(
                () ->
                    new RefusedException(
                        Problem.BUSY.because(
                            "all places for who does not sign are taken; try again in a moment, or"
                                + " sign as a member",
                            Map.of("Retry-After", "1"))));
  }

  /** Who of the federation signed this request, if one did. */
  private Optional<Address> member(Call call) {
    FederationState state = federation.state().orElseGet(federation::fresh);
    return requests
        .find(call, state)
        .filter(signed -> signed.byMember(state))
        .map(SignedRequests.Signed::sender);
  }

  /**
   * Whether the store's file is no longer what its name says, and may come again. An update may
   * not, once its time is over, and is not looked at.
   */
  private boolean isDamaged(Call call, Permit permit, Digest digest) throws IOException {
    if (permit instanceof Permit.Update(var _, long deadline)) {
      return store.has(digest)
          && federation.newest().timestamp() <= deadline
          && damagedUpdates.isDamaged(digest, true);
    }
    return damagedFiles.isDamaged(digest, member(call).isPresent());
  }

  private long length(Call call) throws RefusedException {
    long length =
        call.body()
            .length()
            .orElseThrow(
                () ->
                    new RefusedException(
                        Problem.LENGTH_REQUIRED.because(
                            "send the header Content-Length with the blob's size")));
    if (length > maxBytes) {
      throw new RefusedException(
          Problem.TOO_LARGE.because(
              "this node takes blobs of at most %d bytes".formatted(maxBytes)));
    }
    return length;
  }

  /** By the state at hand, or a newer one where that gives none. */
  private Permit permit(Digest digest) throws RefusedException {
    Optional<FederationState> seen = federation.state();
    Permit permit = seen.map(s -> Permits.of(s, digest)).orElse(new Permit.None());
    if (permit instanceof Permit.None || permit instanceof Permit.TooEarly) {
      permit = Permits.of(federation.fresh(), digest);
    }
    if (permit instanceof Permit.None) {
      permit = earlierVersion(digest);
    }
    return switch (permit) {
      case Permit.None _ ->
          throw new RefusedException(
              Problem.NOT_COMMITTED.because(
                  "%s is neither an update committed in the current round nor a file of this federation that the ledger names; commit it first"
                      .formatted(digest)));
      case Permit.TooEarly _ ->
          throw new RefusedException(
              Problem.NOT_YET.because(
                  "uploads open when commits are closed on the ledger, so that nobody can read an"
                      + " update before its own is fixed; try again then"));
      case Permit.Update _, Permit.Open _, Permit.OpenUpTo _ -> permit;
    };
  }

  /** A lost version may be brought again, whoever made it anew. */
  private Permit earlierVersion(Digest digest) {
    OptionalLong size = index.versionFile(digest);
    return size.isPresent() ? new Permit.Open(size.getAsLong()) : new Permit.None();
  }

  /** Whoever committed an update brings it, and nobody in its name. */
  private void requireCommitter(Call call, Permit permit) throws RefusedException {
    if (permit instanceof Permit.Update(List<UpdateCommitment> all, var _)) {
      FederationState state = federation.state().orElseGet(federation::fresh);
      SignedRequests.Signed signed =
          requests.require(call, state, "an update is brought by who committed it");
      if (!signed.byParticipant(state)
          || all.stream().noneMatch(c -> c.participant().equals(signed.sender()))) {
        throw new RefusedException(
            Problem.FORBIDDEN.because(
                "%s signed with %s did not commit this update"
                    .formatted(signed.sender(), signed.key())));
      }
    }
  }

  private void requireSize(Permit permit, long length) throws RefusedException {
    boolean fits =
        switch (permit) {
          case Permit.Update(List<UpdateCommitment> all, var _) -> {
            long size = updateSize();
            requireUpdate(all, size);
            yield length == size;
          }
          case Permit.Open(long size) -> size == length;
          case Permit.OpenUpTo(long size) -> length <= size;
          case Permit.None _, Permit.TooEarly _ -> false;
        };
    if (!fits) {
      throw new RefusedException(
          Problem.WRONG_SIZE.because(
              "the ledger gives this digest another size than %d bytes".formatted(length)));
    }
  }

  private static void requireUpdate(List<UpdateCommitment> commitments, long size)
      throws RefusedException {
    if (commitments.stream().noneMatch(c -> c.size() == size)) {
      throw new RefusedException(
          Problem.NO_UPDATE.because(
              "an update of this federation has %d bytes; the file of another commitment is not needed, since the commitment itself shows that it counts for nothing"
                  .formatted(size)));
    }
  }

  private long updateSize() throws RefusedException {
    FederationSpec spec =
        federation
            .spec()
            .orElseThrow(
                () ->
                    new RefusedException(
                        Problem.NO_SPEC.because(
                            "which size an update has stands in the federation's spec; send that"
                                + " first")));
    return UpdateMetadata.fileSize(spec.architecture().schema());
  }

  /** Nothing but an update has to come in time; for nothing else the ledger is asked. */
  private void requireInTime(Permit permit) throws RefusedException {
    if (permit instanceof Permit.Update(var _, long deadline)) {
      inTime(deadline);
    }
  }

  /** The newest block, in which an update may still come. */
  private BlockRef inTime(long deadline) throws RefusedException {
    BlockRef newest = federation.newest();
    if (newest.timestamp() > deadline) {
      throw new RefusedException(
          Problem.TOO_LATE.because(
              "updates came until second %d; block %d has second %d"
                  .formatted(deadline, newest.number(), newest.timestamp())));
    }
    return newest;
  }

  private Answer take(Call call, Permit permit, Digest digest, long length, DiskSpace.Room room)
      throws IOException, InterruptedException, RefusedException {
    Pace pace = new Pace();
    try (Receiving receiving = store.receive(digest, length)) {
      Body body = call.body();
      boolean more = true;
      for (Optional<Buffer> chunk = body.next(pace);
          chunk.isPresent() && more;
          chunk = body.next(pace)) {
        more = receiving.write(ByteBuffer.wrap(chunk.get().getBytes()));
        room.used(chunk.get().length());
        Thread.yield();
      }
      requireInTime(permit);
      return switch (finish(receiving, digest)) {
        case Received.Stored(long size) -> answer(201, permit, digest, size);
        case Received.WrongSize(long expected, long got) ->
            Problem.WRONG_SIZE.because(
                "%d bytes came, %d were announced; nothing was kept".formatted(got, expected));
        case Received.WrongDigest(Digest expected, Digest got) ->
            Problem.WRONG_DIGEST.because(
                "the bytes hash to %s, not to %s; nothing was kept".formatted(got, expected));
      };
    }
  }

  private boolean isForgone(Permit permit) throws IOException {
    if (!(permit instanceof Permit.Update(List<UpdateCommitment> all, var _))) {
      return false;
    }
    for (UpdateCommitment c : all) {
      if (!receipts.isForgone(c)) {
        return false;
      }
    }
    return true;
  }

  private static Answer forgone() {
    return Problem.TOO_LATE.because(
        "this node has signed a publication that calls this update MISSING, from before the ledger"
            + " took another course; bring it to another node");
  }

  /** Whoever brings what another has brought meanwhile has brought nothing new. */
  private Received finish(Receiving receiving, Digest digest) throws IOException {
    ReentrantLock lock = finishing[Math.floorMod(digest.hashCode(), STRIPES)];
    lock.lock();
    try {
      boolean here = store.has(digest);
      Received received = receiving.finish();
      if (received instanceof Received.Stored(long size) && !here) {
        onStored.accept(digest, size);
      }
      return received;
    } finally {
      lock.unlock();
    }
  }

  /** The receipt for the first of the commitments, if all of that size have theirs. */
  private Optional<byte[]> given(Permit permit, long size) throws IOException {
    Optional<byte[]> first = Optional.empty();
    if (permit instanceof Permit.Update(List<UpdateCommitment> all, var _)) {
      for (UpdateCommitment c : all) {
        Optional<byte[]> receipt = receipts.find(c);
        if (receipt.isEmpty() && c.size() == size) {
          return Optional.empty();
        }
        first = first.or(() -> receipt);
      }
    }
    return first;
  }

  private Answer answer(int status, Permit permit, Digest digest, long size)
      throws IOException, RefusedException {
    if (permit instanceof Permit.Update(List<UpdateCommitment> all, long deadline)) {
      // Asked once the file is in the store: had the reveal ended before, this very node may have
      // called it MISSING, and a receipt would convict it.
      BlockRef newest = inTime(deadline);
      Optional<byte[]> first = Optional.empty();
      for (UpdateCommitment update : all) {
        if (update.size() == size) {
          Optional<byte[]> receipt = receipts.give(update, newest);
          first = first.or(() -> receipt);
        }
      }
      return first.isPresent() ? Answer.json(status, first.get()) : forgone();
    }
    return Answer.json(
        status,
        JsonNodeFactory.instance.objectNode().put("digest", digest.toString()).put("size", size));
  }
}
