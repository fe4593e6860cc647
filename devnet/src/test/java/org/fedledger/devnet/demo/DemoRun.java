package org.fedledger.devnet.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.devnet.Networks;
import picocli.CommandLine;

/**
 * One run of the demo's command in this process.
 *
 * @param told what went to stderr
 */
record DemoRun(int exitCode, String told, String result) {

  static DemoRun of(String... options) {
    return telling(new StringWriter(), options);
  }

  /** A run whose talk can be read meanwhile. */
  static DemoRun telling(Writer err, String... options) {
    List<String> arguments = new ArrayList<>(List.of("demo"));
    arguments.addAll(List.of(options));
    if (!arguments.contains("--chain")) {
      arguments.addAll(Networks.words());
    }
    StringWriter out = new StringWriter();
    CommandLine command =
        DevnetMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = command.execute(arguments.toArray(String[]::new));
    return new DemoRun(exitCode, err.toString(), out.toString());
  }

  /** A run that ends as wanted; what it told is shown otherwise. */
  DemoRun ending(int wanted) {
    assertThat(exitCode).as(told + result).isEqualTo(wanted);
    return this;
  }

  /** The report, of a run with {@code --json}. */
  JsonNode report() throws IOException {
    return new ObjectMapper().readTree(result);
  }

  /** Digests of the versions of all rounds. */
  List<String> digests() throws IOException {
    List<String> digests = new ArrayList<>();
    report().get("rounds").forEach(round -> digests.add(round.get("digest").textValue()));
    return digests;
  }
}
