package org.fedledger.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ProcessEndTest {

  private record Ended(int code, String told) {}

  private static Ended run(String... args) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                EndingProcess.class.getName()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes());
    return new Ended(process.waitFor(), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtual", "platform"})
  void shouldEndWithTheReasonWhenAnErrorEndsAThread(String kind) throws Exception {
    Ended ended = run(kind);
    assertThat(ended.code()).isEqualTo(ProcessEnd.FAULT);
    assertThat(ended.told())
        .contains(
            "fedledger: the thread 'index' cannot go on, and so the process ends:"
                + " java.lang.OutOfMemoryError: as if");
  }

  @Test
  void shouldHaltWhereTheEndHasNone() throws Exception {
    assertThat(run("virtual", "endless").code()).isEqualTo(ProcessEnd.FAULT);
    assertThat(run("code", "endless").code()).isEqualTo(5);
  }

  @Test
  void shouldOutliveAnExceptionOfAThread() throws Exception {
    Ended ended = run("exception");
    assertThat(ended.code()).isEqualTo(7);
    assertThat(ended.told()).contains("NumberFormatException");
  }
}
