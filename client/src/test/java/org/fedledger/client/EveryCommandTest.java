package org.fedledger.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fedledger.client.cli.CommandRun;
import org.fedledger.client.cli.ExitCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Manners that no command may lack, those added later included. */
class EveryCommandTest {

  static Stream<List<String>> leaves() {
    return leaves(ClientMain.commandLine(), List.of());
  }

  private static Stream<List<String>> leaves(CommandLine command, List<String> path) {
    return command.getSubcommands().isEmpty()
        ? Stream.of(path)
        : command.getSubcommands().entrySet().stream()
            .flatMap(
                sub -> {
                  List<String> longer = new ArrayList<>(path);
                  longer.add(sub.getKey());
                  return leaves(sub.getValue(), longer);
                });
  }

  @ParameterizedTest
  @MethodSource("leaves")
  void teachesItsUseAndAnswersInJson(List<String> path) {
    CommandRun help = CommandRun.of(Stream.concat(path.stream(), Stream.of("--help")).toArray());
    assertThat(help.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(help.out()).contains("Example: fedledger " + String.join(" ", path), "--json");
  }
}
