package org.fedledger.client.node;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.json.CanonicalJson;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Round;
import org.fedledger.signing.Evaluation;
import org.fedledger.signing.NodePlace;
import org.fedledger.signing.NodeRequest;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** A node's API on a local port, as small as tests need it; it takes uploads as a real one does. */
public final class FakeNode implements AutoCloseable {

  private static final long FOR_EVER = 1L << 40;

  private static final Pattern AUTHORIZATION =
      Pattern.compile("FedLedger sender=(0x\\w+),expiry=(\\d+),signature=(0x\\w+)");

  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]+)");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Ledger ledger;
  private final BlobStore store;
  private final SigningKey key;
  private final Map<Long, Map<Address, ObjectNode>> evaluations = new ConcurrentHashMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger uploads = new AtomicInteger();
  private volatile List<String> bases;
  private volatile String lastAuthorization = "";
  private volatile Runnable onUpload = () -> {};

  public FakeNode(Ledger ledger, BlobStore store, SigningKey key) throws IOException {
    this.ledger = ledger;
    this.store = store;
    this.key = key;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    bases = List.of(NodePlace.base(address()));
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** It says of itself that it answers at this address, and at no other. */
  public void answersAt(URI address) {
    bases = List.of(NodePlace.base(address));
  }

  /** The next so many requests are answered with 503. */
  public void failNext(int requests) {
    failures.set(requests);
  }

  /** Uploads that brought a new blob. */
  public int uploads() {
    return uploads.get();
  }

  /** Called after each answer to an upload that brought a new blob. */
  public void onUpload(Runnable listener) {
    onUpload = listener;
  }

  public String lastAuthorization() {
    return lastAuthorization;
  }

  public Map<Address, ObjectNode> evaluations(long version) {
    return evaluations.getOrDefault(version, Map.of());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange call) throws IOException {
    try (call) {
      if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        problem(call, 503, "busy", "try again");
        return;
      }
      String[] path = call.getRequestURI().getRawPath().substring(1).split("/");
      switch (call.getRequestMethod() + " " + path[1]) {
        case "GET node" -> node(call);
        case "GET federation" -> federation(call);
        case "GET blobs", "HEAD blobs" -> get(call, Digest.of(path[2]));
        case "PUT blobs" -> put(call, Digest.of(path[2]));
        case "PUT evaluations" -> evaluate(call, Long.parseLong(path[2]), Address.of(path[3]));
        case "GET evaluations" -> listEvaluations(call, Long.parseLong(path[2]));
        default -> problem(call, 404, "not-found", "no such path");
      }
    } catch (RuntimeException e) {
      problem(call, 500, "internal", e.toString());
      throw e;
    }
  }

  private FederationState state() {
    return new LedgerFollower(ledger, 0).refresh();
  }

  private void node(HttpExchange call) throws IOException {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("node", key.address().toString());
    ArrayNode places = out.putArray("places");
    for (String base : bases) {
      NodePlace place = new NodePlace(key.address(), base, FOR_EVER);
      places
          .addObject()
          .put("base", base)
          .put("expiry", FOR_EVER)
          .put("signature", ledger.domain().sign(place, key).toString());
    }
    answer(call, 200, out.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void federation(HttpExchange call) throws IOException {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("chainId", ledger.domain().chainId());
    out.put("contract", ledger.domain().contract().toString());
    out.put("federation", state().federation().toString());
    answer(call, 200, out.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void get(HttpExchange call, Digest digest) throws IOException {
    lastAuthorization =
        Optional.ofNullable(call.getRequestHeaders().getFirst("Authorization")).orElse("");
    if (BlobInput.open(store, digest) instanceof BlobInput.Stream(BlobInput in)) {
      give(call, in.readAllBytes());
    } else {
      problem(call, 404, "not-found", "no such blob");
    }
  }

  /** The whole file, or {@code bytes=A-B} of it. */
  private static void give(HttpExchange call, byte[] file) throws IOException {
    Matcher range =
        RANGE.matcher(Optional.ofNullable(call.getRequestHeaders().getFirst("Range")).orElse(""));
    if (!range.matches()) {
      answer(call, 200, file);
      return;
    }
    int from = Integer.parseInt(range.group(1));
    if (from >= file.length) {
      call.getResponseHeaders().set("Content-Range", "bytes */" + file.length);
      problem(call, 416, "range", "the file has %d bytes".formatted(file.length));
      return;
    }
    int end = (int) Math.min(file.length, Long.parseLong(range.group(2)) + 1);
    call.getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, end - 1, file.length));
    answer(call, 206, Arrays.copyOfRange(file, from, end));
  }

  private void put(HttpExchange call, Digest digest) throws IOException {
    Optional<Round> round = state().round();
    Optional<UpdateCommitment> committed =
        round.stream()
            .flatMap(r -> r.commitments().values().stream())
            .map(c -> c.commitment())
            .filter(c -> c.digest().equals(digest))
            .findFirst();
    if (committed.isEmpty()) {
      problem(call, 403, "not-committed", "not on the ledger");
      return;
    }
    if (round.get().phase() == Round.Phase.COMMITTING) {
      problem(call, 409, "commits-open", "too early");
      return;
    }
    if (!isSignedBy(committed.get().participant(), call)) {
      problem(call, 401, "unsigned", "not signed by who committed it");
      return;
    }
    boolean here = store.size(digest).isPresent();
    if (!here && !take(call, digest)) {
      problem(call, 422, "wrong-digest", "other bytes");
      return;
    }
    uploads.addAndGet(here ? 0 : 1);
    UpdateCommitment c = committed.get();
    BlockRef newest = ledger.head();
    UploadReceipt receipt =
        new UploadReceipt(
            c.roundId(),
            c.stage(),
            c.participant(),
            digest,
            c.size(),
            newest.number(),
            newest.hash());
    Signature signature = ledger.domain().sign(receipt, key);
    answer(call, here ? 200 : 201, new SignedReceipt(receipt, key.address(), signature).toJson());
    if (!here) {
      onUpload.run();
    }
  }

  private boolean isSignedBy(Address participant, HttpExchange call) {
    String header =
        Optional.ofNullable(call.getRequestHeaders().getFirst("Authorization")).orElse("");
    Matcher parts = AUTHORIZATION.matcher(header);
    return parts.matches()
        && Address.of(parts.group(1)).equals(participant)
        && ledger
            .domain()
            .signer(
                new NodeRequest(
                    participant,
                    key.address(),
                    call.getRequestMethod(),
                    call.getRequestURI().getRawPath(),
                    Long.parseLong(parts.group(2))),
                Signature.of(parts.group(3)))
            .equals(Optional.of(state().participants().get(participant).signer()));
  }

  private boolean take(HttpExchange call, Digest digest) throws IOException {
    long length = Long.parseLong(call.getRequestHeaders().getFirst("Content-Length"));
    try (BlobStore.Receiving receiving = store.receive(digest, length);
        InputStream body = call.getRequestBody()) {
      receiving.write(ByteBuffer.wrap(body.readAllBytes()));
      return receiving.finish() instanceof BlobStore.Received.Stored;
    }
  }

  private void evaluate(HttpExchange call, long version, Address participant) throws IOException {
    byte[] metrics = call.getRequestBody().readAllBytes();
    Signature signature = Signature.of(call.getRequestHeaders().getFirst("FedLedger-Signature"));
    Evaluation evaluation =
        new Evaluation(
            state().federation(),
            version,
            Digest.of(call.getRequestHeaders().getFirst("FedLedger-Model")),
            participant,
            Digest.ofContent(metrics));
    Address signer = state().participants().get(participant).signer();
    if (!ledger.domain().signer(evaluation, signature).equals(Optional.of(signer))) {
      problem(call, 403, "forbidden", "not signed by " + participant);
      return;
    }
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("participant", participant.toString());
    entry.put("model", evaluation.model().toString());
    entry.put("metricsDigest", evaluation.metricsDigest().toString());
    entry.put("signature", signature.toString());
    entry.set("metrics", CanonicalJson.parse(metrics));
    evaluations.computeIfAbsent(version, _ -> new ConcurrentHashMap<>()).put(participant, entry);
    answer(call, 201, "{}".getBytes(StandardCharsets.UTF_8));
  }

  private void listEvaluations(HttpExchange call, long version) throws IOException {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    new TreeMap<>(evaluations(version)).values().forEach(all::add);
    answer(call, 200, all.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void problem(HttpExchange call, int status, String type, String detail)
      throws IOException {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("type", "urn:fedledger:problem:" + type).put("detail", detail);
    answer(call, status, out.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange call, int status, byte[] body) throws IOException {
    boolean bodiless = body.length == 0 || call.getRequestMethod().equals("HEAD");
    call.sendResponseHeaders(status, bodiless ? -1 : body.length);
    if (!bodiless) {
      call.getResponseBody().write(body);
    }
  }
}
