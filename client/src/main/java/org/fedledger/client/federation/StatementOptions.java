package org.fedledger.client.federation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.Passwords;
import org.fedledger.client.cli.PatienceOption;
import org.fedledger.contracts.KeyFile;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.json.CanonicalJson;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.Outcome;
import org.fedledger.signing.SignedMessage;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a statement is prepared, or sent with the signatures that it needs. */
final class StatementOptions {

  @Option(
      names = "--prepare",
      paramLabel = "FILE",
      description =
          "only write what is to be signed, for 'fedledger federation sign'; send nothing")
  private Path prepared;

  @Option(
      names = "--signature",
      paramLabel = "FILE",
      description = "a signed statement; may be repeated")
  private List<Path> signatures = List.of();

  @Option(
      names = "--keystore",
      paramLabel = "FILE",
      description = "key file of the account that sends")
  private Path keyFile;

  @Mixin private Passwords passwords;
  @Mixin private PatienceOption patience;
  @Mixin private ChainOptions chain;
  @Mixin private Output out;

  /** What is to be said, as the ledger stands. */
  interface Draft {
    SignedMessage of(FederationState state);
  }

  /** What is sent, once it is known who sends. */
  interface Sending {
    LedgerAction of(
        FederationState state, Statement statement, List<SignedStatement> signed, SigningKey key);
  }

  void run(Draft draft, String what, Sending sending) throws IOException {
    try (Rpc rpc = chain.open()) {
      if (prepared != null) {
        LedgerReader reader = chain.reader(rpc);
        prepare(new Statement(reader.domain(), draft.of(look(reader))));
        return;
      }
      if (keyFile == null) {
        throw CommandException.usage(
            "give --keystore to send it, or --prepare to have it signed first");
      }
      SigningKey key = KeyFile.open(keyFile, passwords.existing(keyFile));
      Web3jLedger ledger = chain.ledger(rpc, key, patience.of(KeyOptions.terms(keyFile, out)));
      FederationState state = look(ledger);
      Statement statement = new Statement(ledger.domain(), draft.of(state));
      LedgerAction action = sending.of(state, statement, signed(statement), key);
      switch (ledger.submit(action)) {
        case Outcome.Mined mined -> {
          out.line(
              "%s%s: transaction %s, block %d",
              action instanceof LedgerAction.RequestRecovery ? "asked for, unless vetoed: " : "",
              what,
              mined.transaction(),
              mined.block().number());
          out.document(SenderOptions.document(mined));
        }
        case Outcome.Refused refused -> throw CommandException.refused(what, refused);
      }
    }
  }

  private static FederationState look(LedgerReader reader) {
    try (LedgerFollower follower = new LedgerFollower(reader, 0)) {
      return follower.refresh();
    }
  }

  private void prepare(Statement statement) throws IOException {
    Files.write(prepared, CanonicalJson.write(statement.toJson()));
    out.line("%s: %s", prepared, statement.words());
    out.line(
        "to be signed with: fedledger federation sign %s --keystore FILE --out FILE", prepared);
    out.document(statement.toJson());
  }

  /** All that were given, each of this very statement. */
  private List<SignedStatement> signed(Statement statement) throws IOException {
    List<SignedStatement> all = new ArrayList<>();
    for (Path file : signatures) {
      SignedStatement signed = SignedStatement.read(file);
      if (!signed.statement().domain().equals(statement.domain())) {
        throw CommandException.usage(
            "%s: signed for the contract %s on chain %d, not for this one"
                .formatted(
                    file,
                    signed.statement().domain().contract(),
                    signed.statement().domain().chainId()));
      }
      if (!signed.statement().message().equals(statement.message())) {
        throw CommandException.usage(
            "%s: it says '%s'%s; prepare and sign it anew"
                .formatted(
                    file, signed.statement().words(), difference(signed.statement(), statement)));
      }
      all.add(signed);
    }
    return all;
  }

  /** The same words with another number are of a time before some other change. */
  private static String difference(Statement given, Statement needed) {
    return given.words().equals(needed.words())
        ? ", but was signed before another change was made"
        : ", not '%s'".formatted(needed.words());
  }
}
