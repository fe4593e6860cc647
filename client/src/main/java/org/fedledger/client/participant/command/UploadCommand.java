package org.fedledger.client.participant.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.RpcOption;
import org.fedledger.client.node.NodePeer;
import org.fedledger.client.node.Requester;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.Round;
import org.fedledger.role.Concurrency;
import org.fedledger.role.Delivery;
import org.fedledger.signing.SignedCommitment;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "upload",
    description = "Bring the committed update to the nodes, and keep their signed receipts.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger participant upload --rpc URL --node URL --keystore hospital.key --dir"
          + " work"
    })
final class UploadCommand implements Callable<Integer> {

  /** Nodes are given up one by one, by the bytes that were to be sent; this is for good measure. */
  private static final Duration LONGEST = Duration.ofDays(1);

  @Mixin private RpcOption rpcOption;
  @Mixin private NodesOption nodes;
  @Mixin private KeyOptions keys;
  @Mixin private WorkOption work;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    try (WorkFolder folder = work.existing()) {
      WorkOption.Begun begun = WorkOption.begun(folder);
      SignedCommitment signed = WorkOption.signed(folder, begun);
      try (Rpc rpc = rpcOption.open();
          NodesOption.Opened open = nodes.open(begun.task().domain())) {
        Web3jLedgerReader ledger = RoundLedger.reader(rpc, begun.task());
        upload(
            new Delivery(ledger, folder, Concurrency.threads(LONGEST)),
            round(ledger, begun, signed.commitment()),
            signed.commitment(),
            new Requester(signed.commitment().participant(), keys.open()),
            open);
      }
    }
    return ExitCode.DONE;
  }

  private static Round round(
      LedgerReader ledger, WorkOption.Begun begun, UpdateCommitment commitment) {
    Round round =
        StateSnapshot.at(ledger, 0)
            .round()
            .filter(r -> r.id().equals(begun.task().roundId()))
            .orElseThrow(
                () ->
                    CommandException.refused(
                        "round %d is over; there is nothing to upload to"
                            .formatted(begun.task().round())));
    if (!round.commitments().containsKey(commitment.participant())) {
      throw CommandException.refused(
          "this update is not committed; run 'participant commit' first");
    }
    if (round.phase() == Round.Phase.COMMITTING) {
      throw CommandException.refused(
          "uploads open when commits are closed on the ledger; try again then");
    }
    return round;
  }

  private void upload(
      Delivery delivery,
      Round round,
      UpdateCommitment commitment,
      Requester self,
      NodesOption.Opened open)
      throws IOException {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("digest", commitment.digest().toString());
    ArrayNode receipts = document.putArray("receipts");
    List<String> without = new ArrayList<>();
    delivery
        .bring(
            round,
            commitment,
            open.clients().stream().map(node -> new NodePeer(node, self)).toList())
        .forEach(
            (node, outcome) -> {
              switch (outcome) {
                case Delivery.Outcome.NotNow(String why) -> without.add(why);
                case Delivery.Outcome.UnderWay _ -> without.add(node + " does not answer");
                case Delivery.Outcome.Kept(SignedReceipt receipt, boolean _) -> {
                  out.line("%s has it; its receipt is signed by %s", node, receipt.node());
                  receipts.add(Documents.of(receipt));
                }
              }
            });
    if (!without.isEmpty()) {
      throw CommandException.outOfReach(String.join("; ", without), null);
    }
    out.document(document);
  }
}
