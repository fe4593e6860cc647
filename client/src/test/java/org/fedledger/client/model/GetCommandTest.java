package org.fedledger.client.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.client.cli.CommandRun;
import org.fedledger.client.cli.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GetCommandTest {

  /** A port at which nobody listens. */
  private static final String NOWHERE = "http://127.0.0.1:1";

  private static final String CONTRACT = "0x" + "fe".repeat(20);

  @TempDir Path folder;

  @Test
  void saysThatTheChainIsOutOfReachAndWritesNothing() {
    Path target = folder.resolve("model");
    CommandRun run = get("--out", target);
    assertThat(run.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertThat(run.err()).contains(NOWHERE);
    assertThat(run.out()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesToOverwriteBeforeItAsksAnybody() throws IOException {
    Path target = Files.writeString(folder.resolve("model"), "before");
    CommandRun run = get("--out", target);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--force");
    assertThat(target).hasContent("before");
  }

  @Test
  void refusesAVersionBelow0() {
    CommandRun run = get("--out", folder.resolve("model"), "--version", -1);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--version is at least 0");
  }

  @Test
  void teachesItsUse() {
    CommandRun help = CommandRun.of("model", "get", "--help");
    assertThat(help.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(help.out()).contains("Example:", "--version=V", "--force", "--json");
    CommandRun wrong = CommandRun.of("model", "get");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("--out");
  }

  private CommandRun get(Object... more) {
    Object[] args = {"model", "get", "--rpc", NOWHERE, "--contract", CONTRACT, "--blobs", folder};
    Object[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandRun.of(all);
  }
}
