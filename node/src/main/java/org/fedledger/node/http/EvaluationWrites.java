package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.fedledger.crypto.Signature;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.records.Evaluations;
import org.fedledger.signing.Evaluation;
import org.fedledger.store.BlobStore;
import org.fedledger.store.BlobStore.Receiving;
import org.fedledger.training.Metrics;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** Takes a participant's signed metrics of a final version. */
final class EvaluationWrites implements Endpoint {

  static final int MAX_BYTES = 64 << 10;
  static final String SIGNATURE = "FedLedger-Signature";
  static final String MODEL = "FedLedger-Model";

  private static final Duration TIME = Duration.ofSeconds(30);

  private final BlobStore store;
  private final Federation federation;
  private final Evaluations evaluations;
  private final DiskSpace disk;
  private final Runnable onStored;
  private final ReentrantLock keeping = new ReentrantLock();

  /**
   * @param disk where metrics need room
   * @param onStored run whenever an evaluation has come; must not block
   */
  EvaluationWrites(
      BlobStore store,
      Federation federation,
      Evaluations evaluations,
      DiskSpace disk,
      Runnable onStored) {
    this.disk = disk;
    this.onStored = onStored;
    this.store = store;
    this.federation = federation;
    this.evaluations = evaluations;
  }

  @Override
  public Answer answer(Call call) throws IOException, InterruptedException, RefusedException {
    long version = call.parameter("version", Parameters::version);
    Address participant = call.parameter("participant", Address::of);
    call.about().participant(participant);
    Signature signature = signature(call);
    Digest model = model(call);
    ParticipantRecord author = author(version, participant);
    byte[] metrics = call.body().small(MAX_BYTES, System.nanoTime() + TIME.toNanos());
    FederationState state = federation.state().orElseThrow();
    Evaluation evaluation =
        new Evaluation(state.federation(), version, model, participant, Digest.ofContent(metrics));
    requireSigned(evaluation, signature, author);
    requireModel(evaluation);
    requireMetrics(metrics);
    return keep(evaluation, signature, metrics);
  }

  private static Signature signature(Call call) throws RefusedException {
    try {
      return Signature.of(call.header(SIGNATURE).orElse(""));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          Problem.UNSIGNED.because(
              "send the header %s: 0x… with an EIP-712 signature of Evaluation{federationId, version, model, participant, metricsDigest}; %s"
                  .formatted(SIGNATURE, e.getMessage()),
              SignedRequests.CHALLENGE));
    }
  }

  private ParticipantRecord author(long version, Address participant) throws RefusedException {
    FederationState state = federation.state().orElse(null);
    if (state == null || state.head().version() < version) {
      state = federation.fresh();
    }
    if (state.head().version() < version) {
      throw new RefusedException(
          Problem.NOT_FOUND.because(
              "version %d is not final; the last final one is %d"
                  .formatted(version, state.head().version())));
    }
    ParticipantRecord author = state.participants().get(participant);
    if (author == null) {
      throw new RefusedException(
          Problem.FORBIDDEN.because("%s was never admitted".formatted(participant)));
    }
    return author;
  }

  private static Digest model(Call call) throws RefusedException {
    try {
      return Digest.of(call.header(MODEL).orElse(""));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          Problem.MALFORMED.because(
              "send the header %s: 0x… with the digest of the model that was measured; %s"
                  .formatted(MODEL, e.getMessage())));
    }
  }

  /** Asked of the ledger only for one who has signed. */
  private void requireModel(Evaluation evaluation) throws RefusedException {
    Digest model = federation.model(evaluation.version()).orElse(Digest.NONE);
    if (!model.equals(evaluation.model())) {
      throw new RefusedException(
          Problem.WRONG_CONTENT.because(
              "version %d is the model %s; what was measured is %s"
                  .formatted(evaluation.version(), model, evaluation.model())));
    }
  }

  /** What cannot have been measured would count for good. */
  private static void requireMetrics(byte[] metrics) throws RefusedException {
    try {
      Metrics.ofJson(metrics);
    } catch (MalformedJsonException e) {
      throw new RefusedException(
          Problem.WRONG_CONTENT.because(
              "metrics are canonical JSON of accuracy, loss and examples: " + e.getMessage()));
    }
  }

  private void requireSigned(Evaluation evaluation, Signature signature, ParticipantRecord author)
      throws RefusedException {
    if (federation
        .domain()
        .signer(evaluation, signature)
        .filter(author.signer()::equals)
        .isEmpty()) {
      throw new RefusedException(
          Problem.UNSIGNED.because(
              "the signature is not one of %s over these metrics of version %d"
                  .formatted(author.signer(), evaluation.version()),
              SignedRequests.CHALLENGE));
    }
  }

  private Answer keep(Evaluation evaluation, Signature signature, byte[] metrics)
      throws IOException, RefusedException {
    keeping.lock();
    try {
      return keepFirst(evaluation, signature, metrics);
    } finally {
      keeping.unlock();
    }
  }

  /** Of several at a time only one's metrics come to the store. */
  private Answer keepFirst(Evaluation evaluation, Signature signature, byte[] metrics)
      throws IOException, RefusedException {
    boolean known =
        evaluations
            .find(evaluation.version(), evaluation.participant())
            .filter(entry -> entry.model().equals(evaluation.model()))
            .isPresent();
    if (!known) {
      store(evaluation.metricsDigest(), metrics);
    }
    Evaluations.Entry kept = evaluations.keep(evaluation, signature);
    if (!kept.metrics().equals(evaluation.metricsDigest())) {
      return Problem.CONFLICT.because(
          "%s has evaluated version %d as %s; the first evaluation stands"
              .formatted(evaluation.participant(), evaluation.version(), kept.metrics()));
    }
    return Answer.json(
        known ? 200 : 201,
        JsonNodeFactory.instance
            .objectNode()
            .put("digest", evaluation.metricsDigest().toString())
            .put("size", metrics.length));
  }

  private void store(Digest digest, byte[] metrics) throws IOException, RefusedException {
    try (DiskSpace.Room _ = disk.room(metrics.length);
        Receiving receiving = store.receive(digest, metrics.length)) {
      receiving.write(ByteBuffer.wrap(metrics));
      receiving.finish();
    }
  }
}
