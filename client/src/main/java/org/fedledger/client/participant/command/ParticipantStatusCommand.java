package org.fedledger.client.participant.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.client.participant.RoundFolder;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.SignedCommitment;
import org.fedledger.signing.SignedReceipt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "status",
    description = "Say which steps of the present round are done; needs no network.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger participant status --dir work"})
final class ParticipantStatusCommand implements Callable<Integer> {

  @Mixin private WorkOption work;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    try (WorkFolder folder = work.existing()) {
      WorkOption.Begun begun = WorkOption.begun(folder);
      tell(begun.task(), begun.folder());
    }
    return ExitCode.DONE;
  }

  private static String nodes(int count) {
    return count == 1 ? "to 1 node" : "to %d nodes".formatted(count);
  }

  private void tell(RoundTask task, RoundFolder folder) throws IOException {
    boolean trained = Files.isRegularFile(folder.updateFile());
    Optional<SignedCommitment> signed = folder.signed();
    List<SignedReceipt> receipts = folder.receipts();
    out.line(
        "round     %d on version %d, as %s", task.round(), task.baseVersion(), task.participant());
    out.line("pulled    yes");
    out.line("trained   %s", trained ? "yes" : "no");
    out.line("signed    %s", signed.map(s -> s.commitment().digest().toString()).orElse("no"));
    out.line("uploaded  %s", receipts.isEmpty() ? "no" : nodes(receipts.size()));
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document
        .put("round", task.round())
        .put("roundId", task.roundId().toString())
        .put("participant", task.participant().toString())
        .put("baseVersion", task.baseVersion())
        .put("trained", trained);
    document.set(
        "commitment",
        signed
            .<com.fasterxml.jackson.databind.JsonNode>map(Documents::of)
            .orElse(JsonNodeFactory.instance.nullNode()));
    ArrayNode all = document.putArray("receipts");
    receipts.forEach(receipt -> all.add(Documents.of(receipt)));
    out.document(document);
  }
}
