package org.fedledger.rule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs docs/verify.py, which shares no code with the rules. */
final class VerifyScript {

  static final int EQUAL = 0;
  static final int USAGE = 2;
  static final int DIFFERENT = 3;

  private static final Path SCRIPT =
      Path.of(System.getProperty("basedir", ""), "..", "docs", "verify.py").toAbsolutePath();

  record Run(int status, String output) {}

  private final Path folder;

  /**
   * @param folder for what it says
   */
  VerifyScript(Path folder) {
    this.folder = folder;
  }

  static boolean isHere() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  Run run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("python3", SCRIPT.toString()));
    command.addAll(arguments);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("verify.py does not end");
    }
    return new Run(process.exitValue(), Files.readString(output));
  }

  /** That a model was published for a vector's round, with the state that belongs to it. */
  static List<String> arguments(RuleVector vector, Path published) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--rule", vector.rule().id()));
    arguments.addAll(List.of("--base", vector.base().toString()));
    arguments.addAll(List.of("--published", published.toString()));
    vector
        .state()
        .ifPresent(
            state -> {
              arguments.addAll(List.of("--state", state.toString()));
              Path after = vector.publishedState();
              arguments.addAll(
                  List.of("--published-state", (Files.exists(after) ? after : state).toString()));
            });
    var parameters = Rules.write(vector.rule());
    for (String name : vector.rule().kind().parameters()) {
      arguments.addAll(List.of("--parameter", name + "=" + parameters.get(name).asText()));
    }
    for (WeightedUpdate update : vector.updates()) {
      arguments.addAll(List.of("--update", argument(update)));
    }
    return arguments;
  }

  static String argument(WeightedUpdate update) {
    return argument(update, update.weight());
  }

  static String argument(WeightedUpdate update, long weight) {
    return "%s:%d:%s".formatted(update.participant(), weight, update.file());
  }
}
