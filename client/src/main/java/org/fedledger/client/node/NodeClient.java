package org.fedledger.client.node;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fedledger.client.text.PlainText;
import org.fedledger.crypto.Signature;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.retry.Backoff;
import org.fedledger.signing.Evaluation;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.SigningDomain;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobSource.Part;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/** Talks to one node. Every method blocks; safe for many threads. */
public final class NodeClient implements AutoCloseable {

  /** Of any answer that is no blob. */
  private static final int MAX_DOCUMENT = 16 << 20;

  private static final int UNSIGNED = 401;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
              .build());

  private final URI node;
  private final SigningDomain domain;
  private final Optional<Requester> self;
  private final RetryPolicy retries;
  private final NodeClock clock;
  private final HttpClient http;
  private volatile NodeIdentity identity;

  /** A client that reads only what everybody may read. */
  public NodeClient(URI node, SigningDomain domain) {
    this(node, domain, Optional.empty(), RetryPolicy.DEFAULT, InstantSource.system());
  }

  /** A client that signs its requests. */
  public NodeClient(URI node, SigningDomain domain, Requester self) {
    this(node, domain, Optional.of(self), RetryPolicy.DEFAULT, InstantSource.system());
  }

  /**
   * @param node {@code https://…}, or {@code http://…} on this machine
   * @param domain in which requests are signed and receipts checked
   * @param self who asks, where requests are to be signed
   * @param clock for the expiry of signed requests where the node tells no time of its own
   */
  public NodeClient(
      URI node,
      SigningDomain domain,
      Optional<Requester> self,
      RetryPolicy retries,
      InstantSource clock) {
    this.node = NodeAddress.require(node);
    this.domain = domain;
    this.self = self;
    this.retries = retries;
    this.clock = new NodeClock(clock);
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(retries.connect())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** Where the node is. */
  public URI address() {
    return node;
  }

  /** What the node says of its federation; {@code docs/} lists the members. */
  public NodeAnswer<JsonNode> federation() {
    return document(get("/v1/federation"), Duration.ZERO);
  }

  /**
   * The address of the key of who answers here, by its own signed word for this place.
   *
   * @return a refusal of this client's own where that is not to be had
   */
  public NodeAnswer<Address> node() {
    return switch (identity()) {
      case NodeIdentity.Proven(Address proven, long _) -> new NodeAnswer.Given<>(proven);
      case NodeIdentity.Unproven(String why, long _) -> new NodeAnswer.Refused<>(401, "", why);
    };
  }

  private NodeIdentity identity() {
    NodeIdentity known = identity;
    if (known == null || known.until() < clock.now()) {
      // The answer tells the node's time too, by which its own word expires.
      NodeAnswer<JsonNode> answer = document(get("/v1/node"), Duration.ZERO);
      long now = clock.now();
      known =
          switch (answer) {
            case NodeAnswer.Refused<JsonNode> refused ->
                new NodeIdentity.Unproven(
                    "it does not say who it is: " + refused.why(), now + NodeIdentity.ASK_AGAIN);
            case NodeAnswer.Given<JsonNode>(JsonNode tree) ->
                NodeIdentity.of(tree, node, domain, now);
          };
      identity = known;
    }
    return known;
  }

  /**
   * Fetches a range of a blob, signing the request if this client has a requester.
   *
   * @param from of the first byte, 0 or more
   * @param length in bytes, 0 or more; less comes only where the blob ends
   */
  public NodeAnswer<Part.Bytes> blobPart(Digest digest, long from, int length) {
    String path = "/v1/blobs/" + digest;
    return explained(
        () -> {
          HttpRequest request =
              authorized(get(path), "GET", path, self)
                  .setHeader("Range", PartAnswer.header(from, length))
                  .build();
          return new Exchange<>(
              http.sendAsync(
                  request, head -> PartAnswer.of(head, from, length, () -> refusal(head))),
              retries.download(length));
        });
  }

  /** Asks whether a blob may be read there, signing the request if this client has a requester. */
  public NodeAnswer<Digest> hasBlob(Digest digest) {
    String path = "/v1/blobs/" + digest;
    return explained(
        () -> {
          HttpRequest request = authorized(request(path).HEAD(), "HEAD", path, self).build();
          return new Exchange<>(
              http.sendAsync(
                  request,
                  head ->
                      head.statusCode() == 200
                          ? BodySubscribers.replacing(new NodeAnswer.Given<>(digest))
                          : refusal(head)),
              retries.answer());
        });
  }

  private static <T> HttpResponse.BodySubscriber<NodeAnswer<T>> refusal(
      HttpResponse.ResponseInfo head) {
    return BodySubscribers.mapping(
        BodySubscribers.limiting(BodySubscribers.ofByteArray(), MAX_DOCUMENT),
        body -> refused(head.statusCode(), body));
  }

  /**
   * Uploads a participant's update; again if need be, since a node takes the same blob twice.
   *
   * @param committer who signs for it
   * @return the node's receipt, whose signature fits; whom it is for is the caller's to compare
   */
  public NodeAnswer<SignedReceipt> uploadUpdate(Requester committer, Digest digest, Path file)
      throws IOException {
    return receipt(upload(digest, BodyPublishers.ofFile(file), Optional.of(committer)));
  }

  /** Uploads a file of the federation that everybody may read: spec, plan or version 0. */
  public NodeAnswer<BlobId> upload(BlobId blob, Path file) throws IOException {
    return answered(blob, upload(blob.digest(), BodyPublishers.ofFile(file), self));
  }

  /**
   * Uploads a blob that everybody may read: spec, plan or a version's files.
   *
   * @param from where it is
   */
  public NodeAnswer<BlobId> upload(BlobId blob, BlobSource from) {
    BodyPublisher body =
        blob.size() == 0
            ? BodyPublishers.noBody()
            : BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> stream(blob, from)), blob.size());
    return answered(blob, upload(blob.digest(), body, self));
  }

  /** Null, by which a request fails as by any trouble in sending, where it is not there. */
  private static InputStream stream(BlobId blob, BlobSource from) {
    return BlobInput.open(from, blob.digest()) instanceof BlobInput.Stream(BlobInput in)
        ? in
        : null;
  }

  private static NodeAnswer<BlobId> answered(BlobId blob, NodeAnswer<JsonNode> answer) {
    return switch (answer) {
      case NodeAnswer.Given<JsonNode> _ -> new NodeAnswer.Given<>(blob);
      case NodeAnswer.Refused<JsonNode> refused -> refused.as();
    };
  }

  private NodeAnswer<JsonNode> upload(
      Digest digest, BodyPublisher body, Optional<Requester> sender) {
    Duration sending = retries.upload(body.contentLength());
    // So that a refusal is read before the file was sent in vain.
    NodeAnswer<JsonNode> answer = upload(digest, body, sender, true, sending);
    // HttpClient sends the file if 100 Continue does not come for 5 s, and takes one that comes
    // later for the answer. It passes over every interim answer that it did not ask for.
    return answer instanceof NodeAnswer.Refused<JsonNode> refused && isInterim(refused.status())
        ? upload(digest, body, sender, false, sending)
        : answer;
  }

  private NodeAnswer<JsonNode> upload(
      Digest digest,
      BodyPublisher body,
      Optional<Requester> sender,
      boolean asking,
      Duration sending) {
    String path = "/v1/blobs/" + digest;
    return explained(
        () -> {
          HttpRequest request =
              authorized(request(path).PUT(body), "PUT", path, sender)
                  .header("Content-Type", "application/octet-stream")
                  .expectContinue(asking)
                  .build();
          return new Exchange<>(
              http.sendAsync(request, NodeClient::answer), retries.answer().plus(sending));
        });
  }

  /** Whether another answer is still to come (RFC 9110, section 15.2). */
  private static boolean isInterim(int status) {
    return status / 100 == 1;
  }

  /** The receipt for an update that this node holds. */
  public NodeAnswer<SignedReceipt> receipt(RoundId round, Address author) {
    return receipt(document(get("/v1/receipts/" + round + "/" + author), Duration.ZERO));
  }

  private NodeAnswer<SignedReceipt> receipt(NodeAnswer<JsonNode> answer) {
    return switch (answer) {
      case NodeAnswer.Refused<JsonNode> refused -> refused.as();
      case NodeAnswer.Given<JsonNode>(JsonNode tree) -> {
        SignedReceipt receipt = understood(() -> SignedReceipt.of(tree));
        if (!receipt.isSignedFor(domain)) {
          throw strange("its receipt is not signed by " + receipt.node(), null);
        }
        yield new NodeAnswer.Given<>(receipt);
      }
    };
  }

  /**
   * Posts a participant's evaluation.
   *
   * @param metrics the file whose digest was signed
   */
  public NodeAnswer<Digest> postEvaluation(
      Evaluation evaluation, Signature signature, byte[] metrics) {
    HttpRequest.Builder request =
        request("/v1/evaluations/" + evaluation.version() + "/" + evaluation.participant())
            .PUT(BodyPublishers.ofByteArray(metrics))
            .header("Content-Type", "application/json")
            .header("FedLedger-Model", evaluation.model().toString())
            .header("FedLedger-Signature", signature.toString());
    return switch (document(request, Duration.ZERO)) {
      case NodeAnswer.Given<JsonNode> _ -> new NodeAnswer.Given<>(evaluation.metricsDigest());
      case NodeAnswer.Refused<JsonNode> refused -> refused.as();
    };
  }

  /** All evaluations of a version, in order of participant. */
  public NodeAnswer<List<PostedEvaluation>> evaluations(long version) {
    return switch (document(get("/v1/evaluations/" + version), Duration.ZERO)) {
      case NodeAnswer.Refused<JsonNode> refused -> refused.as();
      case NodeAnswer.Given<JsonNode>(JsonNode tree) ->
          new NodeAnswer.Given<>(understood(() -> evaluations(tree)));
    };
  }

  private static List<PostedEvaluation> evaluations(JsonNode tree) {
    if (!tree.isArray()) {
      throw new MalformedJsonException("evaluations: an array belongs here");
    }
    List<PostedEvaluation> all = new ArrayList<>();
    for (JsonNode each : tree) {
      JsonReader in = JsonReader.of("evaluation", each);
      byte[] metrics = CanonicalJson.write(in.node("metrics"));
      if (!Digest.ofContent(metrics).equals(in.text("metricsDigest", Digest::of))) {
        throw new MalformedJsonException("evaluation.metrics: their digest does not fit");
      }
      all.add(
          new PostedEvaluation(
              in.text("participant", Address::of),
              in.text("model", Digest::of),
              in.text("signature", Signature::of),
              metrics));
    }
    return all;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private HttpRequest.Builder get(String path) {
    return request(path).GET();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(node + path));
  }

  /**
   * Signs the request, made out to the node whose place this is. Where nobody proves that it is
   * his, nothing is signed: it would be good elsewhere.
   *
   * @param path under the node's base
   */
  private HttpRequest.Builder authorized(
      HttpRequest.Builder request, String method, String path, Optional<Requester> sender) {
    if (sender.isPresent() && identity() instanceof NodeIdentity.Proven(Address proven, long _)) {
      request.setHeader(
          "Authorization", sender.get().authorize(domain, proven, method, path, clock.now()));
    }
    return request;
  }

  /** A refusal for want of a signature says why there was none. */
  private <T> NodeAnswer<T> explained(Attempt<T> attempt) {
    NodeAnswer<T> answer = repeatedly(attempt);
    if (answer instanceof NodeAnswer.Refused<T> refused && refused.status() == UNSIGNED) {
      NodeIdentity known = identity;
      // Another key may be at work there by now.
      identity = null;
      List<String> reasons = new ArrayList<>();
      if (known instanceof NodeIdentity.Unproven(String why, long _)) {
        reasons.add(why);
      }
      clock.difference().ifPresent(reasons::add);
      reasons.add(refused.why());
      return new NodeAnswer.Refused<>(refused.status(), refused.type(), String.join("; ", reasons));
    }
    return answer;
  }

  /** A small answer to a request that may be repeated. */
  private NodeAnswer<JsonNode> document(HttpRequest.Builder request, Duration sending) {
    Duration time = retries.answer().plus(sending);
    HttpRequest built = request.build();
    return repeatedly(() -> new Exchange<>(http.sendAsync(built, NodeClient::answer), time));
  }

  private static HttpResponse.BodySubscriber<NodeAnswer<JsonNode>> answer(
      HttpResponse.ResponseInfo head) {
    int status = head.statusCode();
    return isInterim(status)
        ? new CutOff<>(refused(status, new byte[0]))
        : BodySubscribers.mapping(
            BodySubscribers.limiting(BodySubscribers.ofByteArray(), MAX_DOCUMENT),
            body -> answer(status, body));
  }

  private static NodeAnswer<JsonNode> answer(int status, byte[] body) {
    if (status / 100 != 2) {
      return refused(status, body);
    }
    try {
      return new NodeAnswer.Given<>(MAPPER.readTree(body));
    } catch (IOException e) {
      throw new MalformedJsonException("its answer is not JSON", e);
    }
  }

  private static <T> NodeAnswer<T> refused(int status, byte[] body) {
    String type = "";
    String why = "HTTP status " + status;
    try {
      JsonNode problem = MAPPER.readTree(body);
      if (problem != null && problem.isObject()) {
        type = problem.path("type").asText("");
        String detail = problem.path("detail").asText(problem.path("title").asText(""));
        why = detail.isEmpty() ? why : "%s (%s)".formatted(quoted(detail), why);
      }
    } catch (IOException notJson) {
      // A proxy's page says no more than its status.
    }
    return new NodeAnswer.Refused<>(status, type, why);
  }

  /** Somebody else's words in one line of bounded length. */
  private static String quoted(String text) {
    return PlainText.line(text.length() <= 500 ? text : text.substring(0, 500) + "…");
  }

  /**
   * One request on its way.
   *
   * @param time after which it is given up
   */
  private record Exchange<T>(CompletableFuture<HttpResponse<NodeAnswer<T>>> future, Duration time) {

    HttpResponse<NodeAnswer<T>> await() throws IOException, InterruptedException {
      try {
        return future.get(time.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new IOException("no answer within " + time.toSeconds() + " s", e);
      } catch (ExecutionException e) {
        throw cause(e);
      } finally {
        future.cancel(true);
      }
    }

    private static IOException cause(ExecutionException e) {
      return switch (e.getCause()) {
        case IOException io -> io;
        case RuntimeException fault when !(fault instanceof CancellationException) -> throw fault;
        case Throwable other -> new IOException(other);
      };
    }
  }

  private interface Attempt<T> {
    Exchange<T> start() throws IOException;
  }

  private <T> NodeAnswer<T> repeatedly(Attempt<T> attempt) {
    Backoff pauses = retries.backoff();
    for (int number = 1; ; number++) {
      try {
        HttpResponse<NodeAnswer<T>> response = attempt.start().await();
        clock.heard(response.headers());
        NodeAnswer<T> answer = response.body();
        if (!(answer instanceof NodeAnswer.Refused<T> refused && passing(refused.status()))
            || number == retries.attempts()) {
          return answer;
        }
      } catch (MalformedJsonException e) {
        throw strange(e.getMessage(), e);
      } catch (IOException e) {
        if (number == retries.attempts()) {
          throw new NodeUnreachableException(
              "the node at %s cannot be had: %s".formatted(node, reason(e)), e);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      pause(pauses.next());
    }
  }

  private static boolean passing(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504 || status == 507;
  }

  private void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static CancellationException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    CancellationException cancelled = new CancellationException("interrupted");
    cancelled.initCause(e);
    return cancelled;
  }

  private static String reason(IOException e) {
    // What HttpClient does not understand of an answer it quotes.
    return e.getMessage() == null ? e.getClass().getSimpleName() : quoted(e.getMessage());
  }

  private interface Reading<T> {
    T read();
  }

  private <T> T understood(Reading<T> reading) {
    try {
      return reading.read();
    } catch (MalformedJsonException e) {
      throw strange(e.getMessage(), e);
    }
  }

  private NodeUnreachableException strange(String what, Exception cause) {
    return new NodeUnreachableException(
        "the node at %s does not answer as a node does: %s".formatted(node, quoted(what)), cause);
  }
}
