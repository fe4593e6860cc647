package org.fedledger.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.fedledger.retry.Backoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.Service;
import org.web3j.utils.Numeric;

/**
 * One or several nodes of one chain, of which one is asked as long as it answers and keeps up. What
 * fails is not asked again here; who does is answered by the next.
 *
 * <p>Of several, all are looked at now and then, and whenever one fails: for their chain, and how
 * far they are. Whoever is of another chain than the first that answered is never asked, nor one
 * that is behind a block that was seen, or further behind the best than nodes of one network are.
 */
final class ChainNodes extends Service {

  private static final Logger LOG = LoggerFactory.getLogger(ChainNodes.class);
  private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

  /** Whoever is slower is not the one to ask. */
  private static final Duration SURVEY_TIMEOUT = Duration.ofSeconds(2);

  /** Whoever does not answer is asked again at last after that. */
  private static final Duration LONGEST_ABSENCE = Duration.ofMinutes(2);

  /** Blocks by which nodes of one network differ although both keep up. */
  private static final long USUAL_DISTANCE = 2;

  private static final int TOO_MANY_REQUESTS = 429;

  private static final int CHAIN = 1;
  private static final int HEAD = 2;
  private static final String LOOK =
      ("[{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"eth_chainId\",\"params\":[]},"
              + "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"eth_blockNumber\",\"params\":[]}]")
          .formatted(CHAIN, HEAD);

  /** One of the nodes, and when it is asked again after it did not answer. */
  private static final class Node {
    private final URI url;
    private final URI origin;
    private final Backoff absence;
    private Long absentUntil;

    Node(URI url, Duration firstAbsence) {
      this.url = url;
      this.origin = origin(url);
      this.absence = new Backoff(firstAbsence, LONGEST_ABSENCE);
    }

    private static URI origin(URI url) {
      return URI.create(
          "%s://%s%s"
              .formatted(
                  url.getScheme(), url.getHost(), url.getPort() < 0 ? "" : ":" + url.getPort()));
    }

    boolean isAbsent() {
      return absentUntil != null && System.nanoTime() - absentUntil < 0;
    }
  }

  private record Seen(Node node, long chain, long head) {}

  private final OkHttpClient http;
  private final OkHttpClient quick;
  private final List<Node> nodes;
  private final Duration surveyEvery;
  private final ReentrantLock surveying = new ReentrantLock();
  private final AtomicLong newest = new AtomicLong();
  private volatile Node current;
  private volatile Optional<Long> chain = Optional.empty();
  private volatile long surveyedAt;
  private volatile boolean surveyed;

  /**
   * @param urls at least one, in the order in which they are preferred
   * @param surveyEvery how often several are compared
   */
  ChainNodes(OkHttpClient http, List<URI> urls, Duration surveyEvery) {
    super(false);
    this.http = http;
    this.quick = http.newBuilder().callTimeout(SURVEY_TIMEOUT).build();
    this.surveyEvery = surveyEvery;
    Duration firstAbsence = surveyEvery.isZero() ? Duration.ofNanos(1) : surveyEvery;
    this.nodes = urls.stream().map(url -> new Node(url, firstAbsence)).toList();
    this.current = nodes.getFirst();
  }

  /** The one that is asked, as it may be told: what follows may be a provider's key. */
  URI origin() {
    return current.origin;
  }

  /** A block was told of, behind which nobody may be from now on. */
  void saw(long block) {
    newest.accumulateAndGet(block, Math::max);
  }

  /**
   * Looks at all.
   *
   * @throws IllegalArgumentException if those that answer are of different chains
   */
  void requireOneChain() {
    if (nodes.size() == 1) {
      return;
    }
    surveying.lock();
    try {
      List<Seen> seen = lookAtAll(true);
      if (seen.stream().map(Seen::chain).distinct().count() > 1) {
        throw new IllegalArgumentException(
            seen.stream()
                .map(each -> "%s is of chain %d".formatted(each.node.origin, each.chain))
                .collect(Collectors.joining(", ", "", ": give nodes of one chain")));
      }
    } finally {
      surveying.unlock();
    }
  }

  @Override
  protected InputStream performIO(String payload) throws IOException {
    if (nodes.size() == 1) {
      return ask(http, current, payload);
    }
    if (!surveyed || System.nanoTime() - surveyedAt >= surveyEvery.toNanos()) {
      survey(Optional.empty());
    }
    Node asked = current;
    try {
      return ask(http, asked, payload);
    } catch (IOException e) {
      survey(Optional.of(asked));
      if (current != asked) {
        LOG.info("{} does not answer, asking {}: {}", asked.origin, current.origin, e.getMessage());
      }
      // Whether the same may be asked of another is for the caller to know.
      throw e;
    }
  }

  /**
   * Chooses whom to ask.
   *
   * @param failed who is not to be asked unless there is nobody else
   * @throws IOException if nobody answers who is as far as what was seen
   */
  private void survey(Optional<Node> failed) throws IOException {
    surveying.lock();
    try {
      List<Seen> seen = look(failed.isPresent());
      if (seen.isEmpty()) {
        // All were away, and whoever is back first is the one to ask.
        seen = look(true);
      }
      long best = seen.stream().mapToLong(Seen::head).max().orElse(-1);
      List<Seen> good = new ArrayList<>(seen);
      good.removeIf(each -> each.head < Math.max(newest.get(), best - USUAL_DISTANCE));
      if (good.isEmpty()) {
        throw new IOException(
            seen.isEmpty()
                ? "none of %d nodes answers".formatted(nodes.size())
                : "block %d was seen, and who answers is at block %d"
                    .formatted(newest.get(), best));
      }
      surveyed = true;
      surveyedAt = System.nanoTime();
      good.sort(Comparator.comparing(each -> failed.equals(Optional.of(each.node))));
      if (failed.isPresent() || good.stream().noneMatch(each -> each.node == current)) {
        current = good.getFirst().node;
      }
    } finally {
      surveying.unlock();
    }
  }

  /**
   * Those that answer and are of the chain, in their order.
   *
   * @param absentToo whether those are asked too that did not answer a short while ago
   */
  private List<Seen> look(boolean absentToo) {
    List<Seen> seen = lookAtAll(absentToo);
    if (chain.isEmpty() && !seen.isEmpty()) {
      chain = Optional.of(seen.getFirst().chain);
    }
    for (Seen each : seen) {
      if (each.chain != chain.get()) {
        LOG.warn(
            "{} is of chain {}, not {}, and is not asked",
            each.node.origin,
            each.chain,
            chain.get());
      }
    }
    return seen.stream().filter(each -> each.chain == chain.get()).toList();
  }

  private List<Seen> lookAtAll(boolean absentToo) {
    List<Future<Optional<Seen>>> looks = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Node node : nodes) {
        if (absentToo || !node.isAbsent()) {
          looks.add(each.submit(() -> look(node)));
        }
      }
    }
    return looks.stream().map(Future::resultNow).flatMap(Optional::stream).toList();
  }

  private Optional<Seen> look(Node node) {
    try (InputStream answer = ask(quick, node, LOOK)) {
      JsonNode both = objectMapper.readTree(answer);
      Seen seen = new Seen(node, result(both, CHAIN), result(both, HEAD));
      node.absence.reset();
      node.absentUntil = null;
      return Optional.of(seen);
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} does not answer: {}", node.origin, e.getMessage());
      node.absentUntil = System.nanoTime() + node.absence.next().toNanos();
      return Optional.empty();
    }
  }

  private static long result(JsonNode answers, int id) {
    for (JsonNode answer : answers) {
      if (answer.path("id").asInt() == id) {
        return Numeric.decodeQuantity(answer.path("result").asText()).longValueExact();
      }
    }
    throw new IllegalArgumentException("no answer to the question " + id);
  }

  private InputStream ask(OkHttpClient client, Node node, String payload) throws IOException {
    Request request =
        new Request.Builder()
            .url(node.url.toString())
            .post(RequestBody.create(payload.getBytes(StandardCharsets.UTF_8), JSON))
            .build();
    try (Response response = client.newCall(request).execute()) {
      byte[] body = response.body().bytes();
      if (!response.isSuccessful() && !isRefusal(response.code(), body)) {
        throw new IOException("HTTP status " + response.code());
      }
      return new ByteArrayInputStream(body);
    } catch (RuntimeException e) {
      throw new IOException(e);
    }
  }

  /** Some say by the status too that they refuse a request; the words are in the body. */
  private boolean isRefusal(int status, byte[] body) {
    if (status < 400 || status > 499 || status == TOO_MANY_REQUESTS) {
      return false;
    }
    try {
      return objectMapper.readTree(body).path("error").has("message");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
