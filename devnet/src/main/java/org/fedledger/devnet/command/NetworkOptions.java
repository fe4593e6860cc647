package org.fedledger.devnet.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fedledger.client.cli.CommandException;
import org.fedledger.devnet.besu.BesuFlags;
import org.fedledger.devnet.besu.BesuKind;
import org.fedledger.devnet.network.AnvilKind;
import org.fedledger.devnet.network.NetworkKind;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which network to start. */
public final class NetworkOptions {

  private static final List<String> KINDS = List.of(AnvilKind.NAME, BesuKind.NAME);

  @Option(
      names = "--chain",
      defaultValue = AnvilKind.NAME,
      paramLabel = "KIND",
      description = "kind of network: anvil (default), or besu: validators that agree by QBFT")
  private String chain;

  @Option(
      names = "--validators",
      paramLabel = "N",
      description = "how many validators of besu, 1 to 16 (default: 4)")
  private Integer validators;

  @Mixin private BesuFlags besu;

  /**
   * The kind that was chosen.
   *
   * @throws CommandException if there is none like that
   */
  public NetworkKind kind() {
    if (!KINDS.contains(chain)) {
      throw CommandException.usage(
          "--chain takes %s, not '%s'".formatted(String.join(" or ", KINDS), chain));
    }
    if (chain.equals(BesuKind.NAME)) {
      return new BesuKind(
          validators == null ? OptionalInt.empty() : OptionalInt.of(validators),
          besu.options(),
          System.getenv());
    }
    if (validators != null) {
      throw CommandException.usage("--validators goes with --chain besu; anvil has none");
    }
    return new AnvilKind();
  }

  /**
   * Sees to it that a folder holds no chain that another command goes on with.
   *
   * @throws CommandException naming that command
   */
  void requireFor(Path folder) {
    boolean besu = chain.equals(BesuKind.NAME);
    Optional<String> other = besu ? AnvilKind.goesOn(folder) : BesuKind.goesOn(folder);
    if (besu && Files.exists(folder.resolve("compose.yaml"))) {
      // That of one validator of a consortium.
      other = BesuKind.goesOn(folder).filter(command -> command.contains("docker"));
    }
    other.ifPresent(
        command -> {
          throw CommandException.usage(
              "%s holds a chain that %s goes on with; or name another --dir"
                  .formatted(folder, command));
        });
  }
}
