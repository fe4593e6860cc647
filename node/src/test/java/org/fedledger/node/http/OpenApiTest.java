package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.node.fixture.TestNodeClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.fedledger.index.GasSource;
import org.fedledger.index.Question;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.node.NodeConfig;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.chain.NodeIndex;
import org.fedledger.node.fixture.OpenApi;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.records.Evaluations;
import org.fedledger.node.records.IssuedReceipts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every other test's answers are held to the document too, by {@code TestNodeClient}. */
class OpenApiTest {

  @TempDir Path folder;

  private TestFederation federation;
  private RunningNode node;

  @BeforeEach
  void start() throws IOException {
    federation = TestFederation.usual(folder);
    node = RunningNode.start(federation, folder.resolve("node"));
    node.awaitSeen(_ -> true);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void describesEveryRouteAndNoOther() {
    TreeSet<String> routes = new TreeSet<>();
    routes().forEach(route -> routes.add(route.method() + " " + route.path()));
    assertThat(OpenApi.operations()).isEqualTo(routes);
  }

  @Test
  void describesEveryQuestionWithAllItsParameters() {
    EnumSet<Question> asked = EnumSet.noneOf(Question.class);
    for (Route route : routes()) {
      if (route.endpoint() instanceof AuditReads reads) {
        asked.add(reads.question());
        assertThat(OpenApi.queryParameters(route.path()))
            .as(route.path())
            .isEqualTo(reads.question().parameters());
      }
    }
    assertThat(asked).isEqualTo(EnumSet.allOf(Question.class));
  }

  private List<Route> routes() {
    HttpServices none = services();
    List<Route> all = new ArrayList<>(Routes.ofMonitor(none));
    all.addAll(
        Routes.of(
            NodeConfig.local(folder).http(),
            none,
            new Changes(none.federation()),
            () -> URI.create("http://localhost:1")));
    return all;
  }

  private HttpServices services() {
    Federation unread =
        new Federation(
            federation.ledger,
            0,
            LedgerFollower.DEFAULT_POLL,
            node.node.store(),
            InstantSource.system(),
            () -> {},
            _ -> {});
    return new HttpServices(
        federation.aggregator,
        unread,
        node.node.store(),
        new IssuedReceipts(folder, federation.domain, federation.aggregator),
        new Evaluations(folder),
        new NodeIndex(
            folder.resolve("unused.db"),
            federation.ledger,
            GasSource.NONE,
            0,
            () -> 0,
            () -> {},
            _ -> {}),
        List.of(),
        InstantSource.system(),
        null,
        null,
        null,
        new AtomicInteger(),
        Duration.ofMinutes(5),
        () -> {},
        _ -> {});
  }

  @Test
  void isServedAsItIs() {
    JsonNode served = json(node.client.get("/openapi.json"));
    assertThat(new JsonObject(served.toString())).isEqualTo(OpenApi.document());
    assertThat(served.get("openapi").textValue()).isEqualTo("3.1.0");
  }

  @Test
  void resolvesAllItsReferences() {
    JsonObject schemas = OpenApi.document().getJsonObject("components").getJsonObject("schemas");
    var references =
        Pattern.compile("\"\\$ref\":\"#/components/schemas/(\\w+)\"")
            .matcher(OpenApi.document().encode())
            .results()
            .map(found -> found.group(1))
            .distinct()
            .toList();
    assertThat(references).isNotEmpty();
    assertThat(schemas.fieldNames()).containsAll(references);
    assertThat(references).containsAll(schemas.fieldNames());
  }

  @Test
  void wouldNoticeAnAnswerThatDiffers() {
    HttpResponse<byte[]> answer = node.monitor.get("/health");
    JsonObject schema = new JsonObject().put("$ref", "#/components/schemas/Health");
    OpenApi.validate(schema, answer.body());
    for (String member : List.of("status", "node", "block")) {
      ObjectNode without = (ObjectNode) json(answer);
      without.remove(member);
      refused(schema, without);
    }
    refused(schema, ((ObjectNode) json(answer)).put("more", 1));
    refused(schema, ((ObjectNode) json(answer)).put("status", "fine"));
    refused(schema, ((ObjectNode) json(answer)).put("node", "0x12"));
  }

  private static void refused(JsonObject schema, JsonNode body) {
    assertThatThrownBy(
            () -> OpenApi.validate(schema, body.toString().getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void answersUnknownPathsAndMethodsWithProblems() {
    assertThat(node.client.get("/nothing").statusCode()).isEqualTo(404);
    assertThat(node.client.get("/v1/blobs/").statusCode()).isEqualTo(404);
    assertThat(node.monitor.send("DELETE", "/health", BodyPublishers.noBody()).statusCode())
        .isEqualTo(405);
    assertThat(node.client.put("/v1/federation", new byte[10]).statusCode()).isEqualTo(405);
  }
}
