package org.fedledger.node;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.fedledger.ledger.FederationState;
import org.fedledger.loop.Loop;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.http.HttpObserver;
import org.fedledger.role.Step;

/** What a node measures, as Prometheus reads it. */
final class NodeMetrics implements HttpObserver, AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Counter uploads =
      Counter.builder("fedledger.uploads").description("blobs taken").register(registry);
  private final Counter uploadedBytes =
      Counter.builder("fedledger.uploaded.bytes")
          .description("bytes of blobs taken")
          .register(registry);

  NodeMetrics(Federation federation) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
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
  public void answered(String method, String route, int status, Duration took) {
    Timer.builder("fedledger.http.requests")
        .description("requests answered")
        .tag("method", method)
        .tag("route", route)
        .tag("status", Integer.toString(status))
        .register(registry)
        .record(took);
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
    registry.close();
  }
}
