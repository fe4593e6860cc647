package org.fedledger.devnet.besu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What docker compose runs to see whether a validator is well, run as it runs it. */
@Timeout(60)
class ComposeHealthTest {

  /** As Besu writes it, with the fields that matter; the members before and after are longer. */
  private static final String BLOCK =
      "{\n  \"jsonrpc\" : \"2.0\",\n  \"id\" : 1,\n  \"result\" : {\n    \"number\" : \"0x2a\",\n"
          + "    \"timestamp\" : \"0x%x\",\n    \"uncles\" : [ ]\n  }\n}";

  private final AtomicReference<String> answer = new AtomicReference<>();
  private final AtomicReference<String> asked = new AtomicReference<>("");
  private HttpServer validator;

  @BeforeEach
  void serve() throws IOException {
    validator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    validator.createContext(
        "/",
        exchange -> {
          asked.set(
              exchange.getRequestHeaders().getFirst("Host")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] body = answer.get().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    validator.start();
  }

  @AfterEach
  void stop() {
    validator.stop(0);
  }

  private boolean healthy(int port) throws Exception {
    Enode enode = NodeKey.generate(new SecureRandom()).at("127.0.0.1", 30_303);
    ComposeService service =
        new ComposeService(
            "besu",
            enode,
            port,
            8546,
            OptionalInt.empty(),
            Duration.ofSeconds(42),
            ".",
            true,
            false);
    Map<String, Map<String, Map<String, Map<String, List<String>>>>> project =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load("x: [&image i, &besu {restart: always}]\nservices:\n" + service.yaml());
    List<String> words =
        new ArrayList<>(project.get("services").get("besu").get("healthcheck").get("test"));
    assertThat(words.removeFirst()).isEqualTo("CMD");
    // Compose takes two of these for one.
    words.replaceAll(word -> word.replace("$$", "$"));
    Process check =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .directory(Path.of("/").toFile())
            .start();
    return check.waitFor() == 0;
  }

  private void newest(long secondsAgo) {
    answer.set(BLOCK.formatted(Instant.now().getEpochSecond() - secondsAgo));
  }

  @Test
  void aValidatorIsHealthyWhileItsNewestBlockIsNew() throws Exception {
    newest(2);
    assertThat(healthy(validator.getAddress().getPort())).isTrue();
    assertThat(asked.get())
        .isEqualTo(
            "localhost {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_getBlockByNumber\","
                + "\"params\":[\"latest\",false]}");
  }

  @Test
  void oneThatAnswersWhileItsChainStandsStillIsNot() throws Exception {
    newest(403);
    assertThat(healthy(validator.getAddress().getPort())).isFalse();
    answer.set("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}");
    assertThat(healthy(validator.getAddress().getPort())).isFalse();
    answer.set(BLOCK.formatted(0));
    assertThat(healthy(validator.getAddress().getPort())).as("before block 1").isFalse();
  }

  @Test
  void oneThatDoesNotAnswerIsNot() throws Exception {
    int port = validator.getAddress().getPort();
    validator.stop(0);
    assertThat(healthy(port)).isFalse();
  }
}
