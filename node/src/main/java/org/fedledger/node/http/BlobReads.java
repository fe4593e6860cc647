package org.fedledger.node.http;

import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.node.chain.Federation;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.Reader;
import org.fedledger.store.BlobStore;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves blobs: whole or a range, to everybody or to those who may. */
final class BlobReads implements Endpoint {

  private static final Logger LOG = LoggerFactory.getLogger(BlobReads.class);

  private final BlobStore store;
  private final Federation federation;
  private final ReadAccess access;
  private final ReadTrail trail;
  private final InstantSource clock;
  private final BlobVisibility.Lookup visibility = new BlobVisibility.Lookup();

  /**
   * @param trail where reads of updates are noted
   */
  BlobReads(
      BlobStore store,
      Federation federation,
      ReadAccess access,
      ReadTrail trail,
      InstantSource clock) {
    this.store = store;
    this.federation = federation;
    this.access = access;
    this.trail = trail;
    this.clock = clock;
  }

  @Override
  public Answer answer(Call call) throws IOException, RefusedException {
    Digest digest = call.parameter("digest", Digest::of);
    call.about().digest(digest);
    OptionalLong size = store.size(digest);
    if (size.isEmpty()) {
      return Problem.NOT_FOUND.because("no blob %s is in this node's store".formatted(digest));
    }
    Map<String, String> headers = new HashMap<>();
    headers.put("ETag", etag(digest));
    headers.put("Accept-Ranges", "bytes");
    return switch (visibility.of(digest, store, BlobVisibility.longestHeader(federation.spec()))) {
      case BlobVisibility.Everybody(String contentType) -> {
        headers.put("Content-Type", contentType);
        headers.put("Cache-Control", "public, max-age=31536000, immutable");
        yield serve(call, digest, size.getAsLong(), headers);
      }
      case BlobVisibility.Restricted(Optional<UpdateMetadata> update) -> {
        headers.put("Content-Type", "application/octet-stream");
        headers.put("Cache-Control", "private, no-store");
        ReadAccess.Granted granted = check(call, digest, update);
        Answer answer = serve(call, digest, size.getAsLong(), headers);
        yield answer instanceof Answer.BlobPart part && call.method().equals("GET")
            ? noted(call, part, granted)
            : answer;
      }
    };
  }

  /** Nobody reads an update without a trace. */
  private Answer noted(Call call, Answer.BlobPart part, ReadAccess.Granted granted) {
    try {
      trail.note(read(call, part, granted));
      return part;
    } catch (IOException e) {
      LOG.error("a read of {} cannot be noted, and is not answered", part.digest(), e);
      return Problem.STORAGE.because(
          "this read cannot be noted, and so is not answered; try again later",
          Map.of("Retry-After", "30"));
    }
  }

  private ReadTrail.Read read(Call call, Answer.BlobPart part, ReadAccess.Granted granted) {
    return new ReadTrail.Read(
        call.id(),
        clock.instant(),
        call.about().round(),
        call.about().participant(),
        part.digest(),
        granted.reader(),
        granted.signer(),
        part.offset(),
        part.length());
  }

  private ReadAccess.Granted check(Call call, Digest digest, Optional<UpdateMetadata> update)
      throws RefusedException {
    FederationState state = federation.state().orElseThrow(BlobReads::noLedger);
    Set<Reader> readers = federation.spec().map(FederationSpec::readers).orElse(Set.of());
    update.ifPresent(
        metadata -> {
          call.about().round(metadata.round());
          call.about().participant(metadata.author());
        });
    if (update.isEmpty()) {
      committed(state, digest).ifPresent(call.about()::committed);
    }
    return access.check(call, state, readers, call.about().participant());
  }

  /** As what a blob that does not name its author was committed. */
  private static Optional<UpdateCommitment> committed(FederationState state, Digest digest) {
    return state.round().stream()
        .flatMap(round -> round.commitments().values().stream())
        .map(UpdateCommitted::commitment)
        .filter(c -> c.digest().equals(digest))
        .findFirst();
  }

  private static RefusedException noLedger() {
    return new RefusedException(
        Problem.LEDGER.because("this node has not read the ledger yet; try again in a moment"));
  }

  private Answer serve(Call call, Digest digest, long size, Map<String, String> headers) {
    if (call.header("If-None-Match").filter(seen -> matches(seen, digest)).isPresent()) {
      return new Answer.Empty(304, headers);
    }
    boolean same = call.header("If-Range").map(etag(digest)::equals).orElse(true);
    return switch (ByteRange.of(call.header("Range").filter(_ -> same), size)) {
      case ByteRange.Whole _ -> new Answer.BlobPart(200, store, digest, 0, size, headers);
      case ByteRange.Part(long from, long length) -> {
        headers.put("Content-Range", "bytes %d-%d/%d".formatted(from, from + length - 1, size));
        yield new Answer.BlobPart(206, store, digest, from, length, headers);
      }
      case ByteRange.Unsatisfiable _ ->
          Problem.RANGE.because(
              "the file has %d bytes".formatted(size), Map.of("Content-Range", "bytes */" + size));
    };
  }

  private static boolean matches(String header, Digest digest) {
    return header.equals("*") || header.contains(etag(digest));
  }

  private static String etag(Digest digest) {
    return "\"" + digest + "\"";
  }
}
