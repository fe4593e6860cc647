package org.fedledger.node;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.fedledger.ledger.FederationState;
import org.fedledger.loop.Loop;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.chain.NodeIndex;
import org.fedledger.node.http.Access;
import org.fedledger.node.http.AccessLog;
import org.fedledger.node.http.DiskSpace;
import org.fedledger.node.http.HttpObserver;
import org.fedledger.node.http.Problem;
import org.fedledger.role.ResultProvider;
import org.fedledger.role.Step;
import org.fedledger.signing.Reason;

/** What a node measures, as Prometheus reads it. */
final class NodeMetrics implements HttpObserver, AutoCloseable {

  private static final Duration[] REQUESTS = {
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5)
  };

  private static final Duration[] COMPUTATIONS = {
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(10)
  };

  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Counter uploads =
      Counter.builder("fedledger.uploads").description("blobs taken").register(registry);
  private final Counter uploadedBytes =
      Counter.builder("fedledger.uploaded.bytes")
          .description("bytes of blobs taken")
          .register(registry);

  /**
   * @param clock by which the newest block has its age
   */
  NodeMetrics(Federation federation, InstantSource clock) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    gc.bindTo(registry);
    // There from the start with 0, so that the first one is an increase.
    EnumSet.complementOf(EnumSet.of(Reason.UNKNOWN)).forEach(this::rejections);
    Problem.names().forEach(this::refusals);
    Gauge.builder("fedledger.build.info", () -> 1)
        .description("1; what is running stands in the labels")
        .tag("version", BuildInfo.VERSION)
        .tag("java", Runtime.version().toString())
        .register(registry);
    gauge("fedledger.block", "block acted on", federation, s -> s.at().number());
    gauge("fedledger.block.timestamp", "its time", federation, s -> s.at().timestamp());
    gauge("fedledger.version", "last final version", federation, s -> s.head().version());
    gauge(
        "fedledger.round",
        "last opened round",
        federation,
        s -> s.round().map(r -> (double) r.number()).orElse(0.0));
    gauge(
        "fedledger.round.phase",
        "0 committing, 1 publishing, 2 attesting, 3 final, 4 aborted",
        federation,
        s -> s.round().map(r -> (double) r.phase().ordinal()).orElse(Double.NaN));
    Gauge.builder(
            "fedledger.ledger.silence.seconds",
            federation,
            f -> f.silence().map(Duration::toMillis).map(ms -> ms / 1e3).orElse(Double.NaN))
        .description("since the ledger last answered")
        .register(registry);
    number(
        "fedledger.chain.block",
        "newest block, confirmed or not",
        () -> federation.newestSeen().map(head -> (double) head.number()));
    number(
        "fedledger.chain.block.age.seconds",
        "by the newest block's own time",
        () ->
            federation
                .newestSeen()
                .map(head -> (double) (clock.instant().getEpochSecond() - head.timestamp())));
    number(
        "fedledger.chain.standstill.seconds",
        "since the chain had a new block",
        () -> Optional.of(federation.standstill().toMillis() / 1e3));
  }

  /** Measures what the node has beside its roles. */
  void watch(NodeIndex index, Federation federation, DiskSpace disk, AccessLog accessLog) {
    number(
        "fedledger.index.block",
        "last block indexed",
        () -> index.reached().map(to -> (double) to.block()));
    number(
        "fedledger.index.lag.blocks",
        "blocks acted on that are not indexed",
        () ->
            index
                .reached()
                .flatMap(
                    to ->
                        federation
                            .state()
                            .map(s -> Math.max(0.0, s.at().number() - (double) to.block()))));
    number("fedledger.disk.free.bytes", "room for the node's folder", () -> asked(disk::free));
    number("fedledger.disk.total.bytes", "of its file system", () -> asked(disk::total));
    number(
        "fedledger.disk.reserve.bytes",
        "what uploads leave free",
        () -> Optional.of((double) disk.reserve()));
    FunctionCounter.builder("fedledger.access.log.left.out", accessLog, AccessLog::leftOut)
        .description("lines that came too fast or found no room")
        .register(registry);
  }

  /** Measures what comes in at once. */
  void watch(IntSupplier connections, AtomicInteger uploads) {
    number(
        "fedledger.http.connections",
        "connections to the API",
        () -> Optional.of((double) connections.getAsInt()));
    number(
        "fedledger.uploads.under.way",
        "requests that bring something",
        () -> Optional.of((double) uploads.get()));
  }

  /** Measures what the node's account can pay. */
  void watch(AccountBalance account) {
    number(
        "fedledger.account.balance.wei",
        "what the node's account holds",
        () -> account.seen().map(BigInteger::doubleValue));
  }

  /** Measures how long the node's certificate holds. */
  void watch(Supplier<Optional<Instant>> expiry) {
    number(
        "fedledger.tls.expiry.timestamp.seconds",
        "when the certificate expires",
        () -> expiry.get().map(at -> (double) at.getEpochSecond()));
  }

  private interface Asked {
    long ask() throws IOException;
  }

  private static Optional<Double> asked(Asked what) {
    try {
      return Optional.of((double) what.ask());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void number(String name, String what, Supplier<Optional<Double>> value) {
    Gauge.builder(name, value, v -> v.get().orElse(Double.NaN))
        .description(what)
        .strongReference(true)
        .register(registry);
  }

  /** Measures the computation of versions. */
  ResultProvider timed(ResultProvider aggregation) {
    Timer timer =
        Timer.builder("fedledger.aggregation")
            .description("computing a version")
            .serviceLevelObjectives(COMPUTATIONS)
            .register(registry);
    return task -> {
      Timer.Sample sample = Timer.start(registry);
      try {
        return aggregation.compute(task);
      } finally {
        sample.stop(timer);
      }
    };
  }

  /** Counts an update that this node published without. */
  void rejected(Reason reason) {
    rejections(reason).increment();
  }

  private Counter rejections(Reason reason) {
    return Counter.builder("fedledger.rejections")
        .description("updates that this node left out")
        .tag("reason", reason.name())
        .register(registry);
  }

  private Counter refusals(String reason) {
    return Counter.builder("fedledger.http.refusals")
        .description("requests refused")
        .tag("reason", reason)
        .register(registry);
  }

  private void gauge(
      String name, String what, Federation federation, ToDoubleFunction<FederationState> value) {
    Gauge.builder(name, federation, f -> value(f.state(), value))
        .description(what)
        .register(registry);
  }

  private static double value(
      Optional<FederationState> state, ToDoubleFunction<FederationState> value) {
    return state.map(value::applyAsDouble).orElse(Double.NaN);
  }

  /** Measures whether loops are at work. */
  void watch(List<Loop> loops) {
    for (Loop loop : loops) {
      Gauge.builder("fedledger.loop.alive", loop, l -> l.liveness().alive() ? 1 : 0)
          .description("1 while the loop goes round")
          .tag("loop", loop.name())
          .register(registry);
      Gauge.builder("fedledger.loop.failures", loop, l -> l.liveness().failures())
          .description("failures in a row")
          .tag("loop", loop.name())
          .register(registry);
      Gauge.builder(
              "fedledger.loop.success.age.seconds",
              loop,
              l -> l.liveness().sinceSuccess().toMillis() / 1e3)
          .description("since it last went round without a failure")
          .tag("loop", loop.name())
          .register(registry);
    }
  }

  @Override
  public void answered(Access access) {
    Timer.builder("fedledger.http.requests")
        .description("requests, from their head to the last byte of the answer")
        .tag("method", access.method())
        .tag("route", access.route())
        .tag("status", Integer.toString(access.status()))
        .serviceLevelObjectives(REQUESTS)
        .register(registry)
        .record(access.took());
    access.problem().ifPresent(problem -> refusals(problem.name()).increment());
  }

  @Override
  public void stored(long bytes) {
    uploads.increment();
    uploadedBytes.increment(bytes);
  }

  /** Counts what came of a step that sent an action. */
  void stepped(Step step) {
    switch (step) {
      case Step.Idle _, Step.Did _ -> {}
      case Step.Submitted(var _, var action, var _) ->
          count(action.getClass().getSimpleName(), "done");
      case Step.AlreadyDone(var action, var _) ->
          count(action.getClass().getSimpleName(), "already-done");
      case Step.Refused(var action, var _) -> count(action.getClass().getSimpleName(), "refused");
    }
  }

  private void count(String action, String outcome) {
    Counter.builder("fedledger.actions")
        .description("actions sent to the ledger")
        .tag("action", action)
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  @Override
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
