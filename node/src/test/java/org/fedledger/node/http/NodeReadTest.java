package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.node.fixture.TestNodeClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.crypto.Signature;
import org.fedledger.node.NodeConfig;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.role.ResultProvider;
import org.fedledger.signing.NodePlace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeReadTest {

  @TempDir Path folder;

  @Test
  void signsForTheAddressesAtWhichItAnswers() throws IOException {
    TestFederation federation = TestFederation.usual(folder);
    NodeConfig config = NodeConfig.local(folder.resolve("node"));
    HttpSettings http = config.http();
    NodeConfig proxied =
        new NodeConfig(
            config.dataDir(),
            new HttpSettings(
                http.api(),
                http.tls(),
                http.monitor(),
                List.of(URI.create("https://Node.Example:443/fed/")),
                http.proxies(),
                http.maxBlobBytes()),
            0,
            config.poll(),
            config.limits());
    try (RunningNode node =
        RunningNode.start(federation, federation.aggregator, proxied, ResultProvider.PROTOCOL)) {
      JsonNode told = json(node.client.get("/v1/node"));
      assertThat(told.get("node").textValue())
          .isEqualTo(federation.aggregator.address().toString());
      List<String> bases = new ArrayList<>();
      for (JsonNode place : told.get("places")) {
        String base = place.get("base").textValue();
        NodePlace signed =
            new NodePlace(federation.aggregator.address(), base, place.get("expiry").longValue());
        assertThat(signed.expiry()).isEqualTo(RunningNode.NOW.getEpochSecond() + 3_600);
        assertThat(
                federation.domain.signer(signed, Signature.of(place.get("signature").textValue())))
            .contains(federation.aggregator.address());
        bases.add(base);
      }
      int port = node.node.url().getPort();
      assertThat(bases)
          .containsExactly(
              "https://node.example/fed",
              "http://127.0.0.1:" + port,
              "http://localhost:" + port,
              "http://[::1]:" + port);
    }
  }
}
