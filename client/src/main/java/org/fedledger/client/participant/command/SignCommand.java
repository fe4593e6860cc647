package org.fedledger.client.participant.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.Output;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.crypto.SigningKey;
import org.fedledger.role.RoundWork;
import org.fedledger.signing.SignedCommitment;
import org.fedledger.signing.UpdateCommitment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "sign",
    description = "Sign the commitment to the update; needs no network. Only one is ever signed.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger participant sign --keystore hospital.key --dir work"})
final class SignCommand implements Callable<Integer> {

  @Mixin private KeyOptions keys;
  @Mixin private WorkOption work;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    try (WorkFolder folder = work.existing()) {
      WorkOption.Begun begun = WorkOption.begun(folder);
      SigningKey key = keys.open();
      UpdateCommitment commitment =
          WorkOption.done(new RoundWork(begun.task(), folder).commitment());
      SignedCommitment signed =
          new SignedCommitment(commitment, begun.task().domain().sign(commitment, key));
      begun.folder().keep(signed.signature());
      out.line("%s  %s", signed.commitment().digest(), signed.signature());
      out.document(Documents.of(signed));
    }
    return ExitCode.DONE;
  }
}
