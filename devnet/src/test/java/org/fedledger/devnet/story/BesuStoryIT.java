package org.fedledger.devnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.devnet.Networks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is made on a real Besu is what is made on Anvil, bit for bit. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class BesuStoryIT {

  @TempDir Path folder;

  @Test
  void makesTheVersionsOfAnvilWhileAValidatorIsKilledAndStartedAgain() throws Exception {
    List<String> besu = Networks.besu().words();
    JsonNode onAnvil = demo("anvil", List.of("--chain", "anvil"));
    // The first one answers the demo's RPC, the last one none of it.
    JsonNode lastKilled = demo("last-killed", with(besu, "--kill-validator", "4"));
    JsonNode firstKilled = demo("first-killed", with(besu, "--kill-validator", "1"));

    for (JsonNode onBesu : List.of(lastKilled, firstKilled)) {
      assertThat(onBesu.at("/audit/verified").booleanValue()).isTrue();
      assertThat(onBesu.at("/chain/kind").textValue()).isEqualTo("besu");
      assertThat(onBesu.at("/chain/client").textValue()).startsWith("besu/");
      assertThat(digests(onBesu)).hasSize(3).isEqualTo(digests(onAnvil));
    }
    assertThat(ProcessHandle.current().descendants()).isEmpty();
  }

  private static List<String> with(List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(Arrays.asList(more));
    return all;
  }

  private JsonNode demo(String name, List<String> words) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("demo", "--rounds", "3", "--json"));
    arguments.addAll(words);
    try (Program demo = Program.start(name, folder, DevnetMain.class, arguments)) {
      int exitCode = demo.awaitEnd(TimeUnit.MINUTES.toSeconds(8));
      assertThat(exitCode).as(demo.talk()).isEqualTo(ExitCode.DONE);
      return new ObjectMapper().readTree(demo.result());
    }
  }

  private static List<String> digests(JsonNode report) {
    return StreamSupport.stream(report.get("rounds").spliterator(), false)
        .map(round -> round.get("digest").textValue())
        .toList();
  }
}
