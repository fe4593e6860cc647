package org.fedledger.client.federation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.Output;
import org.fedledger.json.CanonicalJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "sign",
    description = {
      "Sign what another party prepared, such as a change of verifiers; needs no network.",
      "Says in words what is signed. Others send it with --signature."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation sign change.json --keystore verifier.key --out signed.json"
    })
final class SignStatementCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "what --prepare of another command wrote")
  private Path file;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "where the signed statement is written")
  private Path target;

  @Mixin private KeyOptions keys;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    Statement statement = SignedStatement.readUnsigned(file);
    SignedStatement signed = SignedStatement.sign(statement, keys.open());
    Files.write(target, CanonicalJson.write(signed.toJson()));
    out.line("%s signs: %s", signed.signer(), statement.words());
    out.line(
        "for the contract %s on chain %d",
        statement.domain().contract(), statement.domain().chainId());
    out.document(signed.toJson());
    return ExitCode.DONE;
  }
}
