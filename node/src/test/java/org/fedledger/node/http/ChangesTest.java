package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Update;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChangesTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private TestFederation federation;
  private RunningNode node;

  @BeforeEach
  void start() throws IOException {
    federation = TestFederation.usual(folder);
    node = RunningNode.start(federation, folder.resolve("node"));
  }

  @AfterEach
  void stop() {
    node.close();
    http.close();
  }

  @Test
  void tellsWhereTheLedgerStandsAndThenEachChange() throws Exception {
    try (Stream stream = new Stream()) {
      JsonNode first = stream.await(_ -> true);
      assertThat(first.get("version").intValue()).isZero();
      assertThat(first.get("round").isNull()).isTrue();
      federation.openRound();
      node.withFiles(federation);
      JsonNode opened = stream.await(told -> told.get("round").intValue() == 1);
      assertThat(opened.get("phase").textValue()).isEqualTo("committing");
      List<Update> updates = federation.commitAll();
      stream.await(told -> told.get("phase").textValue().equals("publishing"));
      int before = first.get("stored").intValue() + 2;
      for (Update update : updates) {
        node.client.put(update);
      }
      // Changes that come quickly are told as one.
      JsonNode last =
          stream.await(
              told ->
                  told.get("stored").intValue() >= before + updates.size()
                      && told.get("version").intValue() == 1);
      assertThat(last.get("phase").textValue()).isEqualTo("final");
    }
  }

  @Test
  void endsItsStreamsWhenTheNodeStops() throws Exception {
    try (Stream stream = new Stream()) {
      stream.await(_ -> true);
      long began = System.nanoTime();
      node.close();
      assertThat(stream.drain()).isTrue();
      assertThat(System.nanoTime() - began).isLessThan(4_000_000_000L);
      node = RunningNode.start(federation, folder.resolve("node"));
    }
  }

  @Test
  void hasAPlaceForManyPagesButNotForAnyNumber() throws Exception {
    List<Stream> open = new ArrayList<>();
    try {
      for (int i = 0; i < Changes.MAX_STREAMS; i++) {
        open.add(new Stream());
      }
      HttpResponse<String> refused = http.send(request(), BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      open.removeLast().close();
      RunningNode.await(this::accepted);
    } finally {
      for (Stream stream : open) {
        stream.close();
      }
    }
  }

  private boolean accepted() {
    try (Stream again = new Stream()) {
      return again.answer.statusCode() == 200;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpRequest request() {
    return HttpRequest.newBuilder(node.node.url().resolve("/v1/changes"))
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  /** An open stream, read event by event. */
  private final class Stream implements AutoCloseable {

    private final HttpResponse<java.io.InputStream> answer;
    private final BufferedReader lines;

    Stream() throws IOException, InterruptedException {
      answer = http.send(request(), BodyHandlers.ofInputStream());
      lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    /** The first event that fits. */
    JsonNode await(Predicate<JsonNode> fits) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data: ")) {
          JsonNode told = MAPPER.readTree(line.substring(6));
          if (told.get("block").isNumber() && fits.test(told)) {
            return told;
          }
        }
      }
      throw new AssertionError("the stream ended before");
    }

    /** Reads to the end, and says whether there was one. */
    boolean drain() throws IOException {
      while (lines.readLine() != null) {
        // What comes last does not matter.
      }
      return true;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
