package org.fedledger.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Update;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alerts in docs/operations, on a node that has played a round. */
@Timeout(180)
class OperationsTest {

  private static final Path FILES =
      Path.of(System.getProperty("fedledger.home"), "docs", "operations");

  private static final Pattern SERIES = Pattern.compile("\\b(?:fedledger|jvm|process)_[a-z0-9_]+");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;
  private RunningNode node;

  @BeforeEach
  void play() throws Exception {
    TestFederation federation = TestFederation.usual(folder);
    node = RunningNode.start(federation, folder.resolve("node"));
    federation.openRound();
    node.withFiles(federation);
    List<Update> updates = federation.commitAll();
    node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
    for (Update update : updates) {
      node.client.put(update);
    }
    node.awaitLedger(s -> s.head().version() == 1);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private String scrape() {
    return new String(node.monitor.get("/metrics").body());
  }

  private Set<String> measured() {
    return scrape()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceFirst("[{ ].*", ""))
        .collect(Collectors.toSet());
  }

  private static Set<String> named(String text) {
    return SERIES
        .matcher(text)
        .results()
        .map(found -> found.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String expressions(JsonNode dashboard) {
    StringBuilder all = new StringBuilder();
    for (JsonNode panel : dashboard.get("panels")) {
      for (JsonNode target : panel.get("targets")) {
        all.append(target.get("expr").textValue()).append('\n');
      }
    }
    return all.toString();
  }

  @Test
  void shouldNameOnlySeriesThatANodeGives() throws IOException {
    System.gc();
    RunningNode.await(() -> measured().contains("jvm_gc_pause_seconds_sum"));
    RunningNode.await(() -> measured().contains("fedledger_actions_total"));
    Set<String> dashboard =
        named(expressions(MAPPER.readTree(FILES.resolve("dashboard.json").toFile())));
    String rules =
        Files.readAllLines(FILES.resolve("alerts.yml")).stream()
            .filter(line -> line.strip().startsWith("expr:"))
            .collect(Collectors.joining("\n"));
    assertThat(dashboard).hasSizeGreaterThan(30);
    assertThat(named(rules)).hasSizeGreaterThan(15);
    assertThat(measured()).containsAll(dashboard).containsAll(named(rules));
  }

  @Test
  void shouldMeasureRequestsToTheLastByteInBuckets() {
    assertThat(scrape())
        .containsPattern(
            "fedledger_http_requests_seconds_bucket\\{method=\"PUT\",route=\"/v1/blobs/\\{digest}\",status=\"201\",le=\"60.0\"}"
                + " 5");
  }

  @Test
  void shouldPassPrometheusOwnChecks() throws Exception {
    String promtool = installed("promtool");
    for (List<String> check :
        List.of(
            List.of(promtool, "check", "rules", FILES.resolve("alerts.yml").toString()),
            List.of(promtool, "check", "config", FILES.resolve("prometheus.yml").toString()))) {
      Process process = new ProcessBuilder(check).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor()).as(said).isZero();
    }
  }

  @Test
  void shouldBeScrapedByPrometheusWithoutAnAlert() throws Exception {
    String prometheus = installed("prometheus");
    URI monitor = node.node.monitorUrl();
    String config =
        Files.readString(FILES.resolve("prometheus.yml"))
            .replace("15s", "1s")
            .replace("127.0.0.1:9464", monitor.getHost() + ":" + monitor.getPort());
    Path work = Files.createDirectories(folder.resolve("prometheus"));
    Files.writeString(work.resolve("prometheus.yml"), config);
    Files.copy(FILES.resolve("alerts.yml"), work.resolve("alerts.yml"));
    int port = freePort();
    Process process =
        new ProcessBuilder(
                prometheus,
                "--config.file=" + work.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + work.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("log").toFile())
            .start();
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI api = URI.create("http://127.0.0.1:" + port + "/api/v1/");
      RunningNode.await(() -> value(http, api, "up").equals(Optional.of("1")));
      RunningNode.await(() -> value(http, api, "fedledger_version").equals(Optional.of("1")));
      RunningNode.await(() -> evaluated(http, api));
      assertThat(firing(http, api)).isEmpty();
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  /** The first value of a query. */
  private static Optional<String> value(HttpClient http, URI api, String query) {
    JsonNode value = get(http, api.resolve("query?query=" + query)).at("/data/result/0/value/1");
    return Optional.ofNullable(value.textValue());
  }

  /** Whether every rule was looked at, without trouble. */
  private static boolean evaluated(HttpClient http, URI api) {
    JsonNode rules = get(http, api.resolve("rules")).at("/data/groups/0/rules");
    if (rules.isEmpty()) {
      return false;
    }
    for (JsonNode rule : rules) {
      if (!rule.path("health").asText().equals("ok")) {
        return false;
      }
    }
    return true;
  }

  /** The node's clock stands in 2030 here, so that what compares it with real time may fire. */
  private static List<String> firing(HttpClient http, URI api) {
    List<String> names = new java.util.ArrayList<>();
    for (JsonNode alert : get(http, api.resolve("alerts")).at("/data/alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        names.add(alert.at("/labels/alertname").textValue());
      }
    }
    return names;
  }

  private static JsonNode get(HttpClient http, URI url) {
    try {
      return MAPPER.readTree(
          http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofByteArray()).body());
    } catch (IOException e) {
      return MAPPER.createObjectNode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String installed(String program) {
    Optional<Path> found =
        Arrays.stream(System.getenv("PATH").split(":"))
            .map(folder -> Path.of(folder, program))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), program + " is not installed (Debian's package prometheus)");
    return found.orElseThrow().toString();
  }
}
