package org.fedledger.devnet.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.devnet.command.NetworkOptions;
import org.fedledger.devnet.dataset.DataUnavailableException;
import org.fedledger.devnet.dataset.Dataset;
import org.fedledger.devnet.dataset.DatasetRequest;
import org.fedledger.devnet.dataset.Datasets;
import org.fedledger.devnet.dataset.Seed;
import org.fedledger.devnet.demo.tamper.Scheme;
import org.fedledger.devnet.demo.tamper.Tamper;
import org.fedledger.devnet.network.AnvilKind;
import org.fedledger.rule.Rules;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays a whole federation on this machine, and audits it. */
@Command(
    name = "demo",
    description = {
      "A whole federation on this machine: network, contract, node, participants, rounds, audit.",
      "Exit code 0: the audit verified everything, or with --tamper: nobody may be accused, and",
      "its note says so; 3: it did not, or with --tamper: the culprit was caught and named, by",
      "whatever layer; 4: what the audit needs could not be had, and it names the store."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger demo --rounds 5 --seed 7",
      "         fedledger demo --dataset heart --data DIR --rounds 15",
      "         fedledger demo --tamper fake-weight --rounds 3",
      "         fedledger demo --chain besu --dataset heart --data DIR"
    })
public final class DemoCommand implements Callable<Integer> {

  private static final String STDOUT = "-";

  private CommandSpec command;

  @Option(
      names = "--dataset",
      defaultValue = Datasets.DEFAULT,
      paramLabel = "NAME",
      description = "patients, heart, digits or mnist (default: ${DEFAULT-VALUE})")
  private String dataset;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "folder of the real files, for heart and mnist")
  private Path data;

  @Option(
      names = "--participants",
      paramLabel = "N",
      description = "how many (default: as the data set has them)")
  private Integer participants;

  @Option(
      names = "--rounds",
      paramLabel = "R",
      description = "how many (default: as the data set needs)")
  private Integer rounds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "S",
      description = "all chance comes from it; the same seed gives the same models (default: 1)")
  private long seed;

  @Mixin private NetworkOptions network;

  @Option(
      names = "--rule",
      defaultValue = "fedavg",
      paramLabel = "NAME",
      description = "the aggregation rule, one of the below (default: ${DEFAULT-VALUE})")
  private String rule;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "keep keys, blobs, chain and report in this new folder")
  private Path dir;

  @Option(
      names = "--keep-running",
      description = "leave chain and node running after the audit, until interrupted")
  private boolean keepRunning;

  @Option(
      names = "--tamper",
      paramLabel = "KIND",
      description = "play a fraud, and show who catches it and when; KIND is one of the below")
  private String tamper;

  @Option(
      names = "--collude",
      description =
          "with --tamper: aggregator and verifiers collude, so that only the audit is left")
  private boolean collude;

  @Option(
      names = "--verifiers",
      paramLabel = "M",
      description = "how many attest to publications (default: none, or as the fraud has them)")
  private Integer verifiers;

  @Option(
      names = "--kill-validator",
      paramLabel = "K",
      description = "with --chain besu: kill its K-th validator in mid-demo, and start it again")
  private Integer killValidator;

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = STDOUT,
      paramLabel = "FILE",
      description = "write the report as one JSON document to the file, or else to stdout")
  private String json;

  @Option(names = "--shuffle-arrival", hidden = true)
  private boolean shuffleArrival;

  /** Says in the help what frauds there are, each in a line. */
  @Spec
  void command(CommandSpec spec) {
    command = spec;
    List<String> footer = new ArrayList<>(List.of("", "Rules, for --rule: " + Rules.names()));
    footer.addAll(List.of("", "Frauds, for --tamper:"));
    for (Tamper kind : Tamper.values()) {
      footer.add("  %-20s%s".formatted(kind.text(), kind.meaning()));
    }
    footer.addAll(List.of(spec.usageMessage().footer()));
    spec.usageMessage().footer(footer.toArray(String[]::new));
  }

  @Override
  public Integer call() throws Exception {
    DemoOptions options = options();
    options.network().require(line -> talk().println(line));
    boolean kept = dir != null || keepRunning;
    DemoFolder folder = folder();
    try (Demo demo = new Demo(options, folder, kept, new Narrator(talk()))) {
      return new Interruption(demo, folder, kept).guard(() -> play(demo, folder, kept));
    } finally {
      if (!kept) {
        folder.delete();
      }
    }
  }

  private int play(Demo demo, DemoFolder folder, boolean kept) throws Exception {
    DemoResult result = demo.run();
    write(result.report(), folder);
    if (kept) {
      demo.bundle();
    }
    demo.conclude(result, kept, keepRunning);
    if (keepRunning) {
      Interruption.await();
    }
    return result.exitCode();
  }

  private Dataset readDataset() {
    try {
      Dataset read =
          Datasets.of(
              dataset,
              new DatasetRequest(
                  new Seed(seed),
                  optional(participants),
                  optional(rounds),
                  Optional.ofNullable(data)));
      return read.with(Rules.usual(rule, read.holdings().size()));
    } catch (DataUnavailableException e) {
      throw CommandException.outOfReach(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private DemoOptions options() {
    Dataset played = readDataset();
    try {
      Optional<Scheme> scheme = scheme();
      int judges = verifiers != null ? verifiers : scheme.map(Scheme::verifiers).orElse(0);
      return new DemoOptions(
          new Seed(seed), network.kind(), outage(), played, shuffleArrival, judges, scheme);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private OptionalInt outage() {
    if (killValidator != null && network.kind().name().equals(AnvilKind.NAME)) {
      throw CommandException.usage("--kill-validator goes with --chain besu; anvil has none");
    }
    return optional(killValidator);
  }

  private Optional<Scheme> scheme() {
    if (tamper == null && collude) {
      throw CommandException.usage("--collude goes with --tamper KIND");
    }
    return Optional.ofNullable(tamper).map(kind -> new Scheme(Tamper.of(kind), collude));
  }

  private DemoFolder folder() throws IOException {
    try {
      return DemoFolder.of(dir != null ? dir : Files.createTempDirectory("fedledger-demo"));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** Where the story is told: beside a document on stdout it is talk. */
  private PrintWriter talk() {
    var root = command.root().commandLine();
    return STDOUT.equals(json) ? root.getErr() : root.getOut();
  }

  private void write(DemoReport report, DemoFolder folder) throws IOException {
    ObjectWriter writer = new ObjectMapper().writer(SerializationFeature.INDENT_OUTPUT);
    String document = writer.writeValueAsString(DemoReportJson.of(report)) + "\n";
    Files.writeString(folder.report(), document);
    if (STDOUT.equals(json)) {
      PrintWriter out = command.root().commandLine().getOut();
      out.print(document);
      out.flush();
    } else if (json != null) {
      Files.writeString(Path.of(json), document);
    }
  }
}
