package org.fedledger.client.federation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.SpecOption;
import org.fedledger.contracts.Rpc;
import org.fedledger.ledger.BlockAge;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Round;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    description = {
      "Show where a federation stands, from the ledger alone.",
      "Exit code 0: its chain makes blocks; 6: it stands still."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger federation status --rpc URL --contract 0x…"})
final class FederationStatusCommand implements Callable<Integer> {

  @Option(
      names = "--block-age",
      paramLabel = "SECONDS",
      description =
          "how old the newest block may be, by this machine's clock, before the chain counts as"
              + " standing still (default: 75)")
  private Long longestAge;

  @Mixin private ChainOptions chain;
  @Mixin private SpecOption spec;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    try (Rpc rpc = chain.open()) {
      LedgerReader ledger = chain.reader(rpc);
      try (LedgerFollower follower = new LedgerFollower(ledger, spec.confirmations(ledger))) {
        FederationState state = follower.refresh();
        BlockRef newest = ledger.head();
        BlockAge age = BlockAge.of(newest.timestamp(), Instant.now(), longest());
        ObjectNode document = document(state);
        document
            .putObject("chain")
            .put("block", newest.number())
            .put("ageSeconds", age.age().toSeconds())
            .put("halted", age.halted());
        out.document(document);
        tell(state);
        out.line(
            "chain         block %d, %s%s",
            newest.number(), age.told(), age.halted() ? ": it stands still" : "");
        return age.halted() ? ExitCode.HALTED : ExitCode.DONE;
      }
    }
  }

  private Duration longest() {
    if (longestAge == null) {
      return BlockAge.LONGEST;
    }
    if (longestAge < 1) {
      throw CommandException.usage("--block-age is at least 1 s, not " + longestAge);
    }
    return Duration.ofSeconds(longestAge);
  }

  private void tell(FederationState state) {
    out.line("federation    %s%s", state.federation(), state.closed() ? " (closed)" : "");
    out.line("coordinator   %s", state.coordinator());
    out.line("version       %d  %s", state.head().version(), state.head().model());
    state.successor().ifPresent(successor -> out.line("successor     %s", successor));
    state
        .claimReadyAt()
        .ifPresent(
            ready ->
                out.line("              claims the office; a veto counts to second %d", ready));
    state
        .approvedBase()
        .ifPresent(
            base ->
                out.line(
                    "              rounds build on version %d from round %d on",
                    base.version(), base.fromRound()));
    List<Address> verifiers = GovernanceCommand.verifiers(state);
    if (!verifiers.isEmpty()) {
      out.line(
          "verifiers     %d, %d of them make a version final",
          verifiers.size(), state.attestationThreshold());
    }
    out.line("participants  %d", state.participants().size());
    state.participants().values().forEach(this::tellRecovery);
    state
        .round()
        .ifPresent(
            round -> {
              out.line(
                  "round         %d, %s, %d of %d committed",
                  round.number(),
                  round.phase().name().toLowerCase(Locale.ROOT),
                  round.commitments().size(),
                  round.drawn().size());
              round.abortReason().ifPresent(why -> out.line("              %s", why.meaning()));
              if (round.phase() == Round.Phase.COMMITTING) {
                round.awaited().forEach(a -> tellAwaited(state.participants().get(a)));
              }
            });
  }

  private void tellAwaited(ParticipantRecord participant) {
    out.line(
        "              waits for %s%s",
        participant.address(),
        participant.missed() == 0
            ? ""
            : ", which missed the last %d".formatted(participant.missed()));
  }

  private void tellRecovery(ParticipantRecord participant) {
    participant
        .recovery()
        .ifPresent(
            pending ->
                out.line(
                    "              %s is to get the key %s; a veto counts to second %d",
                    participant.address(), pending.signer(), pending.readyAt()));
  }

  private static ObjectNode document(FederationState state) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("federation", state.federation().toString());
    document.put("closed", state.closed());
    document.put("coordinator", state.coordinator().toString());
    document.put("successor", state.successor().map(Address::toString).orElse(null));
    document.put("claimReadyAt", state.claimReadyAt().orElse(null));
    document.put("governanceNonce", state.governanceNonce());
    document.put("attestationThreshold", state.attestationThreshold());
    addresses(document.putArray("verifiers"), GovernanceCommand.verifiers(state));
    addresses(document.putArray("aggregators"), GovernanceCommand.aggregators(state));
    addresses(document.putArray("auditors"), state.auditors());
    document.put("baseVersion", state.baseVersion());
    document.put("spec", state.created().spec().toString());
    document.put("quorum", state.created().quorum());
    document.put("block", state.at().number());
    document
        .putObject("head")
        .put("version", state.head().version())
        .put("digest", state.head().model().toString())
        .put("parent", state.head().parent().toString());
    ArrayNode participants = document.putArray("participants");
    for (ParticipantRecord p : state.participants().values()) {
      ObjectNode participant =
          participants
              .addObject()
              .put("address", p.address().toString())
              .put("index", p.index())
              .put("member", p.tenure().covers(state.nextRound()))
              .put("signer", p.signer().toString())
              .put("privacyBudget", Long.toUnsignedString(p.privacyBudget()))
              .put("privacySpent", Long.toUnsignedString(p.privacySpent()))
              .put("missed", p.missed());
      p.recovery()
          .ifPresent(
              pending ->
                  participant
                      .putObject("recovery")
                      .put("signer", pending.signer().toString())
                      .put("readyAt", pending.readyAt()));
    }
    state.round().ifPresent(round -> document.set("round", document(round)));
    return document;
  }

  private static void addresses(ArrayNode out, Collection<Address> addresses) {
    addresses.forEach(address -> out.add(address.toString()));
  }

  private static ObjectNode document(Round round) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("round", round.number());
    document.put("roundId", round.id().toString());
    document.put("phase", round.phase().name().toLowerCase(Locale.ROOT));
    document.put("stage", round.stage());
    document.put("commitDeadline", round.commitDeadline());
    document.put("revealDeadline", round.revealDeadline().orElse(null));
    document.put("publicationDeadline", round.publicationDeadline().orElse(null));
    document.put("attempts", round.candidates().size());
    document.put("attemptsAllowed", round.opening().attempts());
    ArrayNode committed = document.putArray("committed");
    round.commitments().keySet().forEach(p -> committed.add(p.toString()));
    ArrayNode awaited = document.putArray("awaited");
    if (round.phase() == Round.Phase.COMMITTING) {
      addresses(awaited, round.awaited());
    }
    document.put("members", round.members().size());
    return document;
  }
}
