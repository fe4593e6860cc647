package org.fedledger.contracts;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.OkHttpClient;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.retry.Backoff;
import org.fedledger.tls.ClientTls;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;

/**
 * The JSON-RPC of a chain node, or of several of one chain, over HTTP. Safe for many threads.
 *
 * <p>A node is not trusted with the caller's memory and time: an answer is taken up to {@link
 * #MAX_ANSWER_BYTES}, and whole within a bounded time however it trickles. Whatever it answers
 * instead of what was asked for, null where something must be among them, is a {@link
 * LedgerUnreachableException}.
 */
public final class Rpc implements AutoCloseable {

  /** Of one answer, unpacked; room for the events of ten thousand participants. */
  static final long MAX_ANSWER_BYTES = 32L << 20;

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration SURVEY_EVERY = Duration.ofSeconds(10);

  /** How often something is asked before there is said to be no answer. */
  private static final int TRIES = 4;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** What took longer is not asked again: the caller has waited enough. */
  private static final Duration QUICK = Duration.ofSeconds(5);

  private final ChainNodes nodes;
  private final Web3j web3j;
  private volatile OptionalLong chainId = OptionalLong.empty();

  /**
   * @param url {@code http://} or {@code https://}
   */
  public Rpc(URI url) {
    this(List.of(url));
  }

  Rpc(URI url, Duration timeout, long maxAnswer) {
    this(List.of(url), SURVEY_EVERY, timeout, maxAnswer);
  }

  /**
   * Several nodes of one chain: when the one that is asked fails or falls behind, another is.
   *
   * @param urls at least one, {@code http://} or {@code https://}; earlier ones are preferred
   */
  public Rpc(List<URI> urls) {
    this(urls, SURVEY_EVERY, TIMEOUT, MAX_ANSWER_BYTES);
  }

  /**
   * @param surveyEvery how often several nodes are compared
   * @param timeout for the connection and between any two bytes; an answer has twice as long
   * @param maxAnswer bytes of one answer, unpacked
   */
  Rpc(List<URI> urls, Duration surveyEvery, Duration timeout, long maxAnswer) {
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("an RPC address is needed");
    }
    for (URI url : urls) {
      if (url.getHost() == null
          || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
        throw new IllegalArgumentException(
            "an RPC address is like http://127.0.0.1:8545, not '%s'".formatted(url));
      }
    }
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectTimeout(timeout)
            .readTimeout(timeout)
            .writeTimeout(timeout)
            .callTimeout(timeout.multipliedBy(2))
            // What may be asked again, and what must be looked for first, is decided here.
            .retryOnConnectionFailure(false)
            .addInterceptor(new BoundedAnswers(maxAnswer));
    ClientTls.trust().ifPresent(trust -> builder.sslSocketFactory(defaultTls(), trust));
    this.nodes = new ChainNodes(builder.build(), urls, surveyEvery);
    this.web3j = Web3j.build(nodes);
  }

  private static SSLSocketFactory defaultTls() {
    try {
      return SSLContext.getDefault().getSocketFactory();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /**
   * Sees whether all of several nodes are of one chain, as far as they answer.
   *
   * @throws IllegalArgumentException if they are not
   */
  public void requireOneChain() {
    nodes.requireOneChain();
  }

  /**
   * The node that is asked at present: how and where. The rest of its address is never told, since
   * it holds a key where a provider runs the node.
   */
  public URI origin() {
    return nodes.origin();
  }

  Web3j web3j() {
    return web3j;
  }

  /** For methods of which web3j has no form, or one that leaves out what is looked at. */
  Web3jService service() {
    return nodes;
  }

  /** A block was told of; of several nodes none is asked from now on that has not got it. */
  void saw(long block) {
    nodes.saw(block);
  }

  /** The chain's id, asked for once. */
  public long chainId() {
    OptionalLong known = chainId;
    if (known.isEmpty()) {
      known =
          OptionalLong.of(
              value(web3j.ethChainId(), answer -> answer.getChainId().longValueExact()));
      chainId = known;
    }
    return known.getAsLong();
  }

  /** Number of the newest block. */
  public long blockNumber() {
    return value(web3j.ethBlockNumber(), answer -> answer.getBlockNumber().longValueExact());
  }

  /** What the node calls itself, such as {@code anvil/v1.7.1}. */
  public String client() {
    return value(web3j.web3ClientVersion(), answer -> answer.getWeb3ClientVersion());
  }

  /** What an account holds at the newest block, in wei. */
  public BigInteger balance(Address account) {
    return value(
        web3j.ethGetBalance(account.toString(), DefaultBlockParameterName.LATEST),
        answer -> answer.getBalance());
  }

  /**
   * How much gas each of these transactions used, by its receipt.
   *
   * @throws LedgerUnreachableException if the node does not answer, or has no receipt of one
   */
  public Map<TransactionHash, Long> gasUsed(Collection<TransactionHash> transactions) {
    Map<TransactionHash, Long> used = new HashMap<>();
    for (TransactionHash transaction : transactions) {
      used.put(transaction, gasUsed(transaction));
    }
    return used;
  }

  private long gasUsed(TransactionHash transaction) {
    return find(
            web3j.ethGetTransactionReceipt(transaction.toString()),
            answer -> answer.getResult().getGasUsed().longValueExact())
        .orElseThrow(
            () ->
                new LedgerUnreachableException(
                    "the chain node at %s has no receipt of %s".formatted(origin(), transaction),
                    null));
  }

  /**
   * The answer, errors of the node included; asked for again where there was none, or the node said
   * that it is too busy for one.
   *
   * @throws LedgerUnreachableException if there was none
   */
  <T extends Response<?>> T send(Request<?, T> request) {
    return again(
        request.getMethod(),
        () -> {
          T answer = sent(request);
          if (answer.hasError() && NodeWords.isBusy(answer.getError())) {
            throw new IOException("it is busy: " + answer.getError().getMessage());
          }
          return answer;
        });
  }

  /**
   * The answer, errors of the node included, asked for once: for what is not to be done twice
   * before it was looked for.
   *
   * @throws IOException if there was none
   */
  <T extends Response<?>> T sendOnce(Request<?, T> request) throws IOException {
    try {
      return sent(request);
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static <T extends Response<?>> T sent(Request<?, T> request) throws IOException {
    T answer = request.send();
    if (answer == null) {
      throw new IOException("an empty answer");
    }
    return answer;
  }

  private interface Ask<T> {
    T once() throws IOException;
  }

  private <T> T again(String what, Ask<T> ask) {
    Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    long began = System.nanoTime();
    for (int i = 1; ; i++) {
      try {
        return ask.once();
      } catch (IOException | RuntimeException e) {
        boolean slow = System.nanoTime() - began > QUICK.toNanos();
        boolean hopeless = e instanceof BoundedAnswers.TooLongException;
        if (i == TRIES || slow || hopeless || Thread.currentThread().isInterrupted()) {
          throw new LedgerUnreachableException(
              "the chain node at %s did not answer %s: %s"
                  .formatted(origin(), what, e.getMessage()),
              e);
        }
        LockSupport.parkNanos(pauses.next().toNanos());
      }
    }
  }

  /**
   * What an answer says.
   *
   * @param reading of an answer whose result is not null
   * @throws LedgerUnreachableException if there was none, or it is an error, or nothing, or cannot
   *     be read
   */
  <T extends Response<?>, V> V value(Request<?, T> request, Function<T, V> reading) {
    return read(request, result(request), reading);
  }

  /**
   * What an answer says; empty if the node says that there is no such thing.
   *
   * @param reading of an answer whose result is not null
   * @throws LedgerUnreachableException if there was none, or it is an error, or cannot be read
   */
  <T extends Response<?>, V> Optional<V> find(Request<?, T> request, Function<T, V> reading) {
    T answer = resultOrNull(request);
    return answer.getResult() == null
        ? Optional.empty()
        : Optional.of(read(request, answer, reading));
  }

  /**
   * What an answer that has a result says.
   *
   * @throws LedgerUnreachableException if it cannot be read
   */
  <T extends Response<?>, V> V read(Request<?, T> request, T answer, Function<T, V> reading) {
    try {
      return Objects.requireNonNull(reading.apply(answer));
    } catch (RuntimeException e) {
      throw e instanceof LedgerUnreachableException unreachable
          ? unreachable
          : new LedgerUnreachableException(
              "the chain node at %s answers %s in a way that cannot be read: %s"
                  .formatted(origin(), request.getMethod(), e),
              e);
    }
  }

  /**
   * The answer.
   *
   * @throws LedgerUnreachableException if there was none, or it is an error or null
   */
  <T extends Response<?>> T result(Request<?, T> request) {
    T response = resultOrNull(request);
    if (response.getResult() == null) {
      throw new LedgerUnreachableException(
          "the chain node at %s answers %s with nothing".formatted(origin(), request.getMethod()),
          null);
    }
    return response;
  }

  /**
   * The answer, which is null where what was asked for is not there.
   *
   * @throws LedgerUnreachableException if there was none, or it is an error
   */
  private <T extends Response<?>> T resultOrNull(Request<?, T> request) {
    T response = send(request);
    if (response.hasError()) {
      throw new LedgerUnreachableException(
          "the chain node at %s refused %s: %s"
              .formatted(origin(), request.getMethod(), response.getError().getMessage()),
          null);
    }
    return response;
  }

  /**
   * The answers to several requests, which are sent as one.
   *
   * @throws LedgerUnreachableException if one was not answered, or is an error
   */
  <T extends Response<?>> List<T> results(List<Request<?, T>> requests) {
    if (requests.size() == 1) {
      return List.of(result(requests.getFirst()));
    }
    BatchRequest batch = web3j.newBatch();
    requests.forEach(batch::add);
    return inOrder(
        requests,
        again(
            "%d requests sent as one".formatted(requests.size()),
            () -> batch.send().getResponses()));
  }

  /** A node may answer in any order; what answers what is told by its id. */
  private <T extends Response<?>> List<T> inOrder(
      List<Request<?, T>> requests, List<? extends Response<?>> responses) {
    Map<Long, Response<?>> byId = new HashMap<>();
    responses.forEach(response -> byId.put(response.getId(), response));
    List<T> ordered = new ArrayList<>(requests.size());
    for (Request<?, T> request : requests) {
      Response<?> response = byId.get(request.getId());
      if (response == null || response.hasError()) {
        throw new LedgerUnreachableException(
            "the chain node at %s refused %s, one of %d requests sent as one: %s"
                .formatted(
                    origin(),
                    request.getMethod(),
                    requests.size(),
                    response == null ? "no answer" : response.getError().getMessage()),
            null);
      }
      ordered.add(request.getResponseType().cast(response));
    }
    return ordered;
  }

  @Override
  public void close() {
    web3j.shutdown();
  }
}
