package org.fedledger.client.participant.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.PatienceOption;
import org.fedledger.client.cli.RpcOption;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.contracts.Rpc;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;
import org.fedledger.signing.SignedCommitment;
import org.fedledger.signing.UpdateCommitment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "commit",
    description = "Put the signed commitment on the ledger.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger participant commit --rpc URL --keystore hospital.key --dir work"
    })
final class CommitCommand implements Callable<Integer> {

  @Mixin private RpcOption rpcOption;
  @Mixin private KeyOptions keys;
  @Mixin private PatienceOption patience;
  @Mixin private WorkOption work;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    try (WorkFolder folder = work.existing()) {
      WorkOption.Begun begun = WorkOption.begun(folder);
      SignedCommitment signed = WorkOption.signed(folder, begun);
      try (Rpc rpc = rpcOption.open()) {
        tell(
            signed,
            send(
                RoundLedger.ledger(rpc, begun.task(), keys.open(), patience.of(keys.terms(out))),
                signed));
      }
    }
    return ExitCode.DONE;
  }

  /**
   * Puts it on the ledger.
   *
   * @return the transaction, or empty if it was on the ledger before
   */
  private static Optional<Outcome.Mined> send(Ledger ledger, SignedCommitment signed) {
    return switch (ledger.submit(
        new LedgerAction.Commit(signed.commitment(), signed.signature()))) {
      case Outcome.Mined mined -> Optional.of(mined);
      // Whatever the refusal, it may stand there: the first of two equal transactions may have
      // closed the round, after which the second is refused for the round's phase.
      case Outcome.Refused _ when standsOn(ledger, signed.commitment()) -> Optional.empty();
      case Outcome.Refused refused ->
          throw CommandException.refused("the commitment was not taken", refused);
    };
  }

  private static boolean standsOn(Ledger ledger, UpdateCommitment commitment) {
    return StateSnapshot.at(ledger, 0)
        .round()
        .map(round -> round.commitments().get(commitment.participant()))
        .filter(standing -> standing.commitment().equals(commitment))
        .isPresent();
  }

  private void tell(SignedCommitment signed, Optional<Outcome.Mined> mined) {
    ObjectNode document = Documents.of(signed);
    if (mined.isPresent()) {
      Outcome.Mined m = mined.get();
      out.line(
          "%s committed in block %d, gas %d",
          signed.commitment().digest(), m.block().number(), m.gasUsed());
      document
          .put("transaction", m.transaction().toString())
          .put("block", m.block().number())
          .put("gas", m.gasUsed());
    } else {
      out.line("%s was committed before", signed.commitment().digest());
    }
    out.document(document);
  }
}
