package org.fedledger.client.participant.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.NodeOption;
import org.fedledger.client.cli.Output;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.RetryPolicy;
import org.fedledger.contracts.ContractCode;
import org.fedledger.contracts.Rpc;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tries everything that taking part needs, before a round is at stake. */
@Command(
    name = "check",
    description = {
      "Try everything that taking part needs, and say what to do about what fails.",
      "",
      "Changes nothing: no transaction is sent, and nothing stays in the work folder. Exit code 0:"
          + " ready; else that of the most serious failure: 3 before 5 before 4 before 2. 3: the"
          + " contract, a node or the spec is another than it should be; 5: not admitted; 4:"
          + " something is out of reach, or the clock is wrong; 2: the table, the work folder or an"
          + " option is."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger participant check --rpc http://127.0.0.1:8545 --contract 0x… \\",
      "           --node https://node.example:8443 --keystore hospital.key \\",
      "           --data patients.csv --dir work"
    })
public final class CheckCommand implements Callable<Integer> {

  /** Whoever sets up a participant waits in front of the screen. */
  private static final RetryPolicy RETRIES =
      new RetryPolicy(Duration.ofSeconds(5), Duration.ofSeconds(15), 2, Duration.ofMillis(250));

  @Option(
      names = "--node",
      required = true,
      paramLabel = "URL",
      description = "a node's address; give several to check all of them")
  private List<String> nodes;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE.csv",
      description = "the participant's table")
  private Path table;

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIR",
      description = "the participant's work folder; need not be there yet")
  private Path folder;

  @Mixin private ChainOptions chain;
  @Mixin private KeyOptions keys;
  @Mixin private Output out;

  @Override
  public Integer call() {
    try (Rpc rpc = chain.open()) {
      ParticipantEnvironment here =
          new ParticipantEnvironment(
              chain(rpc),
              chain.contract(),
              nodes.stream().map(CheckCommand::node).toList(),
              keys::open,
              table,
              folder,
              InstantSource.system());
      return report(here);
    }
  }

  private ParticipantEnvironment.Chain chain(Rpc rpc) {
    return new ParticipantEnvironment.Chain() {
      @Override
      public LedgerReader ledger() {
        return chain.unrecognised(rpc);
      }

      @Override
      public ContractCode.Finding code(RecordedEvent founding) {
        return ContractCode.check(rpc, chain.contract(), founding.transaction());
      }
    };
  }

  private static ParticipantEnvironment.Node node(String address) {
    return new ParticipantEnvironment.Node(address, domain -> client(address, domain));
  }

  private static NodeClient client(String address, SigningDomain domain) {
    try {
      return new NodeClient(
          NodeOption.address("--node", address),
          domain,
          Optional.empty(),
          RETRIES,
          InstantSource.system());
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--node: " + e.getMessage());
    }
  }

  private int report(ParticipantEnvironment here) {
    ArrayNode checks = JsonNodeFactory.instance.arrayNode();
    int exitCode =
        SetupChecks.run(
            here,
            (check, finding) -> {
              tell(check, finding);
              checks.add(document(check, finding));
            });
    boolean ready = exitCode == ExitCode.DONE;
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("ready", ready);
    document.set("checks", checks);
    out.document(document);
    out.line(ready ? "ready to take part" : "not ready to take part");
    return exitCode;
  }

  private void tell(Check check, CheckResult finding) {
    switch (finding) {
      case CheckResult.Ok ok -> out.line("ok       %-9s %s", check, ok.what());
      case CheckResult.Failed failed -> {
        String todo = failed.todo().isEmpty() ? "" : "; to do: " + failed.todo();
        out.line("FAILED   %-9s %s%s", check, failed.what(), todo);
        failed.details().forEach(line -> out.line("                   %s", line));
      }
      case CheckResult.Skipped skipped ->
          out.line("skipped  %-9s needs '%s', which failed", check, skipped.needed());
    }
  }

  private static ObjectNode document(Check check, CheckResult finding) {
    ObjectNode out = JsonNodeFactory.instance.objectNode().put("check", check.toString());
    switch (finding) {
      case CheckResult.Ok(var what, var figures) -> {
        out.put("status", "ok").put("what", what);
        figures.forEach(out::put);
      }
      case CheckResult.Failed failed -> {
        out.put("status", "failed").put("what", failed.what()).put("todo", failed.todo());
        ArrayNode details = out.putArray("details");
        failed.details().forEach(details::add);
      }
      case CheckResult.Skipped(Check needed) ->
          out.put("status", "skipped").put("what", "needs '%s', which failed".formatted(needed));
    }
    return out;
  }
}
