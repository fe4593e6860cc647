package org.fedledger.client.federation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.signing.SignedMessage;
import org.fedledger.types.Address;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * What takes one participant's consent, signed by its present key; anyone may send it. What each
 * command adds is what the participant says.
 */
abstract class ConsentCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "PARTICIPANT", description = "its address, 0x…")
  private String participant;

  @Mixin private StatementOptions options;

  /** What the participant signs. */
  abstract SignedMessage message(ParticipantRecord participant);

  abstract LedgerAction action(SignedMessage message, Signature signature);

  @Override
  public final Integer call() throws IOException {
    Address address = CreateCommand.address("the participant", participant);
    options.run(
        state -> message(participant(state, address)),
        "the consent of " + address,
        (state, statement, signed, key) ->
            action(
                statement.message(),
                signature(participant(state, address), statement, signed, key)));
    return ExitCode.DONE;
  }

  static ParticipantRecord participant(FederationState state, Address address) {
    return Optional.ofNullable(state.participants().get(address))
        .orElseThrow(
            () ->
                CommandException.refused(
                    "%s was never admitted; 'fedledger federation status' lists who was"
                        .formatted(address)));
  }

  private static Signature signature(
      ParticipantRecord participant,
      Statement statement,
      List<SignedStatement> signed,
      SigningKey key) {
    if (signed.size() > 1) {
      throw CommandException.usage("one --signature is enough: that of the participant's own key");
    }
    SignedStatement one =
        signed.isEmpty() ? SignedStatement.sign(statement, key) : signed.getFirst();
    if (!one.signer().equals(participant.signer())) {
      throw CommandException.usage(
          ("signed by %s, but the participant's present key is %s: write what is to be signed with"
                  + " --prepare, have it signed with 'fedledger federation sign' where that key is,"
                  + " and give it with --signature")
              .formatted(one.signer(), participant.signer()));
    }
    return one.signature();
  }
}
