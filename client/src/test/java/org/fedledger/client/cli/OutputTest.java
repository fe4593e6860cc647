package org.fedledger.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class OutputTest {

  /** Clears the line, tells another result in a line of its own, and writes backwards. */
  private static final String WORDS = "\u001b[2K\rverified\nall 5 rounds verified \u202e";

  private static final String SHOWN = "?[2K?verified?all 5 rounds verified ?";

  @Command(name = "repeat")
  private static final class Repeating implements Callable<Integer> {
    @Mixin private Output out;

    @Override
    public Integer call() {
      out.line("the node says: %s", WORDS);
      out.row(List.of(1, "a\tb"));
      out.talk("the node says: %s", WORDS);
      throw CommandException.refused("the node says: " + WORDS);
    }
  }

  @Test
  void shouldKeepTheWordsOfOthersToOneLineThatTellsATerminalNothing() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Commands.configure(new CommandLine(new Repeating()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute();

    assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString().lines()).containsExactly("the node says: " + SHOWN, "1\ta?b");
    assertThat(err.toString().lines())
        .containsExactly("the node says: " + SHOWN, "fedledger: the node says: " + SHOWN);
  }
}
