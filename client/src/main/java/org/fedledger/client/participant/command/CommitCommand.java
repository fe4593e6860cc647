package org.fedledger.client.participant.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.RpcOption;
import org.fedledger.client.participant.Commit;
import org.fedledger.client.participant.SignedCommitment;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.contracts.Rpc;
import org.fedledger.ledger.Outcome;
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
  @Mixin private WorkOption work;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    try (WorkFolder folder = work.existing()) {
      WorkOption.Begun begun = WorkOption.begun(folder);
      SignedCommitment signed = WorkOption.signed(folder, begun);
      try (Rpc rpc = rpcOption.open()) {
        Commit commit = new Commit(RoundLedger.ledger(rpc, begun.task(), keys.open()));
        tell(signed, WorkOption.done(commit.send(signed)));
      }
    }
    return ExitCode.DONE;
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
