package org.fedledger.devnet.simulate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.fedledger.client.cli.CommandException;
import org.fedledger.rule.Rules;
import org.fedledger.simulation.Faults;
import org.fedledger.simulation.SimulatedRound;
import org.fedledger.simulation.Simulation;
import org.fedledger.simulation.SimulationFailure;
import org.fedledger.simulation.SimulationResult;
import org.fedledger.simulation.SimulationSetup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Simulates a whole federation in this process, with virtual time, and audits it. */
@Command(
    name = "simulate",
    description = {
      "A whole federation in one thread: all roles, a ledger in memory, virtual",
      "time; updates are drawn from the seed in place of training.",
      "With --faults, messages are delayed, lost and repeated, files damaged, the",
      "chain reorganised, roles killed, and an aggregator may lie, as the seed says;",
      "the versions must be those of a run without faults, and the audit may name",
      "nobody honest. With --faults lasting, who is killed may stay away for longer",
      "than a round takes: each round must end all the same, whatever is final be",
      "right, and nobody be named for having been away.",
      "Exit code 3 if something happened that must never happen."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger simulate --faults --seed 7",
      "         fedledger simulate --faults lasting --seed 7",
      "         fedledger simulate --participants 1000 --rounds 10 --layers 784,128,64,10"
    })
public final class SimulateCommand implements Callable<Integer> {

  private static final String STDOUT = "-";

  @Spec private CommandSpec command;

  @Option(
      names = "--participants",
      defaultValue = "5",
      paramLabel = "N",
      description = "how many (default: ${DEFAULT-VALUE})")
  private int participants;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "R",
      description = "how many (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--verifiers",
      defaultValue = "3",
      paramLabel = "M",
      description = "how many attest to publications, 0 for none (default: ${DEFAULT-VALUE})")
  private int verifiers;

  @Option(
      names = "--aggregators",
      defaultValue = "2",
      paramLabel = "A",
      description = "how many (default: ${DEFAULT-VALUE})")
  private int aggregators;

  @Option(
      names = "--layers",
      defaultValue = "8,4,1",
      split = ",",
      paramLabel = "WIDTH",
      description = "widths of the model's layers, inputs first (default: ${DEFAULT-VALUE})")
  private List<Integer> layers;

  @Option(
      names = "--rule",
      defaultValue = "fedavg",
      paramLabel = "NAME",
      description = "the aggregation rule (default: ${DEFAULT-VALUE})")
  private String rule;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "S",
      description = "all chance comes from it (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--faults",
      arity = "0..1",
      defaultValue = "none",
      fallbackValue = "passing",
      paramLabel = "KIND",
      description = {
        "let things go wrong: passing (where no kind is given), after which all",
        "come to the same versions; or lasting, where outages outlast a round"
      })
  private Faults faults;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "write all that happens to the file, a line each")
  private Path trace;

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = STDOUT,
      paramLabel = "FILE",
      description = "write the report as one JSON document to the file, or else to stdout")
  private String json;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "write the rounds to the file, a line each")
  private Path csv;

  @Override
  public Integer call() throws IOException {
    SimulationSetup setup = setup();
    long began = System.nanoTime();
    SimulationResult result;
    try {
      result = simulate(setup);
    } catch (SimulationFailure e) {
      throw CommandException.verificationFailed(
          "%s%nplay it again with: %s".formatted(e.getMessage(), setup.command()));
    }
    tell(setup, result, (System.nanoTime() - began) / 1e9);
    return 0;
  }

  private SimulationSetup setup() {
    try {
      return new SimulationSetup(
          participants,
          rounds,
          verifiers,
          aggregators,
          layers,
          Rules.usual(rule, participants),
          seed,
          faults);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private SimulationResult simulate(SimulationSetup setup) throws IOException {
    PrintWriter talk = command.root().commandLine().getErr();
    Consumer<String> progress =
        line -> {
          if (line.contains(" published attempt ")) {
            talk.println(line);
            talk.flush();
          }
        };
    if (trace == null) {
      return Simulation.run(setup, progress);
    }
    try (PrintWriter file = new PrintWriter(Files.newBufferedWriter(trace))) {
      return Simulation.run(setup, progress.andThen(line -> file.print(line + "\n")));
    }
  }

  private void tell(SimulationSetup setup, SimulationResult result, double seconds)
      throws IOException {
    String document =
        new ObjectMapper()
                .writer(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(SimulationReportJson.of(setup, result, seconds))
            + "\n";
    PrintWriter out = command.root().commandLine().getOut();
    if (STDOUT.equals(json)) {
      out.print(document);
    } else {
      if (json != null) {
        Files.writeString(Path.of(json), document);
      }
      lines(setup, result, seconds).forEach(out::println);
    }
    out.flush();
    if (csv != null) {
      Files.write(csv, csv(result));
    }
  }

  private static List<String> lines(
      SimulationSetup setup, SimulationResult result, double seconds) {
    List<String> lines = new ArrayList<>();
    for (SimulatedRound round : result.rounds()) {
      lines.add(
          "round %d: %d accepted, attempt %d, %d virtual seconds, %s"
              .formatted(
                  round.round(),
                  round.accepted().size(),
                  round.attempts(),
                  round.seconds(),
                  round
                      .version()
                      .map(v -> "version %d is %s".formatted(v.number(), v.model()))
                      .orElse("aborted")));
    }
    lines.add(
        "audit: %s, %d rounds, %d updates"
            .formatted(
                result.verified() ? "verified" : "only the aggregator that lied is named",
                result.rounds().size(),
                result.verifiedUpdates()));
    if (setup.faults() != Faults.NONE) {
      lines.add(
          "faults: %d kills; %s"
              .formatted(
                  result.kills(),
                  setup.faults() == Faults.PASSING
                      ? "the versions are those of a run without faults"
                      : "every round ended, and nobody is named for having been away"));
      lines.add("trace: %d events, %s".formatted(result.steps(), result.trace()));
    }
    lines.add(
        "%d blocks, %d virtual seconds in %d ms"
            .formatted(result.blocks(), result.virtualSeconds(), Math.round(seconds * 1e3)));
    return lines;
  }

  private static List<String> csv(SimulationResult result) {
    List<String> lines = new ArrayList<>(List.of("round,version,digest,accepted,attempts,seconds"));
    for (SimulatedRound round : result.rounds()) {
      lines.add(
          String.join(
              ",",
              String.valueOf(round.round()),
              round.version().map(v -> String.valueOf(v.number())).orElse(""),
              round.version().map(v -> v.model().toString()).orElse(""),
              String.valueOf(round.accepted().size()),
              String.valueOf(round.attempts()),
              String.valueOf(round.seconds())));
    }
    return lines;
  }
}
