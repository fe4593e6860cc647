package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssetsTest {

  private static final Pattern LOADED =
      Pattern.compile("(?:src|href)=\"(dashboard/[^\"]+)\"|from '\\./([^']+)'");

  @TempDir Path folder;

  private RunningNode node;

  @BeforeEach
  void start() throws IOException {
    node = RunningNode.start(TestFederation.usual(folder), folder.resolve("node"));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void servesAllThatThePageLoads() {
    List<String> loaded = loaded(text(node.client.get("/")));
    assertThat(loaded).contains("/dashboard/dashboard.js", "/dashboard/dashboard.css");
    for (String script : List.copyOf(loaded)) {
      HttpResponse<byte[]> answer = node.client.get(script);
      assertThat(answer.statusCode()).as(script).isEqualTo(200);
      for (String module : loaded(text(answer))) {
        assertThat(node.client.get(module).statusCode()).as(module).isEqualTo(200);
      }
    }
    assertThat(node.client.get("/dashboard/other.js").statusCode()).isEqualTo(404);
    assertThat(node.client.get("/dashboard/..%2Fopenapi.json").statusCode()).isEqualTo(404);
  }

  private static List<String> loaded(String text) {
    return LOADED
        .matcher(text)
        .results()
        .map(
            found -> found.group(1) == null ? "/dashboard/" + found.group(2) : "/" + found.group(1))
        .toList();
  }

  @Test
  void letsThePageRunOnlyItsOwnFiles() {
    HttpResponse<byte[]> page = node.client.get("/");
    String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertThat(policy)
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http", "*", "data:");
    assertThat(text(page)).doesNotContain("http://", "https://", "<style", " style=", " onclick");
    assertThat(node.client.get("/v1/federation").headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(other -> assertThat(other).doesNotContain("'self'"));
  }

  @Test
  void sendsAFileOnceWhileItStaysTheSame() {
    HttpResponse<byte[]> first = node.client.get("/dashboard/dashboard.js");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<byte[]> again = node.client.get("/dashboard/dashboard.js", "If-None-Match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
