package org.fedledger.devnet.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fedledger.client.ClientMain;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.devnet.Networks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KeptRunningIT {

  @Test
  void canBeAuditedUntilInterruptedAndThenLeavesNothingRunning(@TempDir Path folder)
      throws Exception {
    Path kept = folder.resolve("demo");
    List<String> arguments = new ArrayList<>(List.of("demo", "--rounds", "1", "--keep-running"));
    arguments.addAll(List.of("--dir", kept.toString()));
    arguments.addAll(Networks.words());
    try (Program demo = Program.start("demo", folder, DevnetMain.class, arguments)) {
      demo.awaitSaying("Chain and node go on running");
      JsonNode report = new ObjectMapper().readTree(kept.resolve("report.json").toFile());
      String rpc = report.at("/chain/rpc").textValue();

      assertThat(audit(rpc, report.get("contract").textValue(), kept)).isEqualTo(ExitCode.DONE);
      demo.interrupt();

      int port = URI.create(rpc).getPort();
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
          .isInstanceOf(java.net.ConnectException.class);
    }
  }

  private static int audit(String rpc, String contract, Path kept) {
    return ClientMain.commandLine()
        .execute(
            "audit",
            "verify",
            "--rpc",
            rpc,
            "--contract",
            contract,
            "--blobs",
            kept.resolve("node").resolve("blobs").toString());
  }
}
