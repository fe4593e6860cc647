package org.fedledger.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFileTest {

  private static final LineFile.Kept ALL =
      new LineFile.Kept(Long.MAX_VALUE, Integer.MAX_VALUE, true);

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("made").resolve("reads.jsonl");
  }

  private static byte[] line(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldGoOnWhereItEnds() throws IOException {
    try (LineFile lines = new LineFile(file(), ALL)) {
      lines.append(line("one"));
    }
    try (LineFile lines = new LineFile(file(), ALL)) {
      lines.append(line("two"));
    }
    assertThat(file()).hasContent("one\ntwo\n");
  }

  @Test
  void shouldLeaveALineThatACrashCutToItself() throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "one\ntw");
    try (LineFile lines = new LineFile(file(), ALL)) {
      lines.append(line("three"));
    }
    assertThat(Files.readString(file())).isEqualTo("one\ntw\nthree\n");
  }

  @Test
  void shouldPutAFullFileAsideAndKeepAll() throws IOException {
    LineFile.Kept small = new LineFile.Kept(10, Integer.MAX_VALUE, true);
    for (int start = 0; start < 6; start += 3) {
      try (LineFile lines = new LineFile(file(), small)) {
        for (int i = start; i < start + 3; i++) {
          lines.append(line("line" + i));
        }
      }
    }
    assertThat(Files.readString(file())).isEqualTo("line5\n");
    for (int i = 0; i < 5; i++) {
      assertThat(Files.readString(file().resolveSibling("reads-00000%d.jsonl".formatted(i + 1))))
          .isEqualTo("line%d\n".formatted(i));
    }
  }

  @Test
  void shouldKeepNoMoreOlderFilesThanItIsTold() throws IOException {
    try (LineFile lines = new LineFile(file(), new LineFile.Kept(10, 2, false))) {
      for (int i = 0; i < 6; i++) {
        lines.append(line("line" + i));
      }
      assertThat(lines.older())
          .extracting(each -> Files.readString(each))
          .containsExactly("line3\n", "line4\n");
    }
  }

  @Test
  void shouldMixNoLinesOfManyThreads() throws Exception {
    try (LineFile lines = new LineFile(file(), new LineFile.Kept(2_000, 1_000, true));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        byte[] mine = line("thread" + i);
        all.add(
            threads.submit(
                () -> {
                  lines.append(mine);
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
      List<String> read = new ArrayList<>(Files.readAllLines(file()));
      for (Path older : lines.older()) {
        read.addAll(Files.readAllLines(older));
      }
      assertThat(read).hasSize(300).doesNotHaveDuplicates().allMatch(l -> l.matches("thread\\d+"));
    }
  }

  /** Else nothing is ever written again: of reads that must be noted none is answered any more. */
  @Test
  void shouldGoOnAfterItCouldNotBePutAside() throws IOException {
    try (LineFile lines = new LineFile(file(), new LineFile.Kept(10, Integer.MAX_VALUE, true))) {
      lines.append(line("line0"));
      Files.delete(file());
      assertThatThrownBy(() -> lines.append(line("line1"))).isInstanceOf(IOException.class);
      lines.append(line("line2"));
      lines.append(line("line3"));
      assertThat(file()).hasContent("line3\n");
      assertThat(lines.older()).singleElement().satisfies(o -> assertThat(o).hasContent("line2\n"));
    }
  }

  @Test
  void shouldSayThatNothingCanBeAppended() throws IOException {
    LineFile lines = new LineFile(file(), ALL);
    lines.close();
    assertThatThrownBy(() -> lines.append(line("late"))).isInstanceOf(IOException.class);
  }
}
