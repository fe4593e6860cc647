package org.fedledger.client.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.fedledger.client.cli.CommandRun;
import org.fedledger.client.cli.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RebuildCommandTest {

  /** A port at which nobody listens. */
  private static final String NOWHERE = "http://127.0.0.1:1";

  private static final String CONTRACT = "0x" + "fe".repeat(20);

  @TempDir Path folder;

  @Test
  void saysThatTheChainIsOutOfReachAndWritesNothing() {
    CommandRun run = rebuild("--version", 1, "--out", folder.resolve("model"));
    assertThat(run.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertThat(run.err()).contains(NOWHERE);
    assertThat(run.out()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesToOverwriteModelOrStateBeforeItAsksAnybody() throws IOException {
    Path target = folder.resolve("model.safetensors");
    for (String there : new String[] {"model.safetensors", "model-state.safetensors"}) {
      Path file = Files.writeString(folder.resolve(there), "before");
      CommandRun run = rebuild("--version", 1, "--out", target);
      assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(run.err()).contains(there, "--force");
      assertThat(file).hasContent("before");
      Files.delete(file);
    }
  }

  @Test
  void refusesAVersionBelow0AndWantsOneToBeNamed() {
    CommandRun below = rebuild("--version", -1);
    assertThat(below.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(below.err()).contains("--version is at least 0");
    CommandRun none = rebuild();
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("--version");
  }

  @Test
  void teachesItsUse() {
    CommandRun help = CommandRun.of("model", "rebuild", "--help");
    assertThat(help.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(help.out())
        .contains("Example:", "--version=V", "--out=FILE", "--upload=URL", "--json", "Exit code 3");
  }

  private CommandRun rebuild(Object... more) {
    Object[] args = {
      "model", "rebuild", "--rpc", NOWHERE, "--contract", CONTRACT, "--blobs", folder
    };
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandRun.of(all);
  }
}
