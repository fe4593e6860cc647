package org.fedledger.client.participant.command;

import java.util.Locale;
import java.util.function.Supplier;
import org.fedledger.client.cli.CommandException;
import org.fedledger.types.Address;
import picocli.CommandLine.Option;

/** Who takes part, where that is not the present key's address. */
final class IdentityOption {

  @Option(
      names = "--participant",
      paramLabel = "0x…",
      description = "address under which you were admitted, if the signing key was changed since")
  private String participant;

  Address or(Supplier<Address> key) {
    if (participant == null) {
      return key.get();
    }
    try {
      return Address.of(participant.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--participant: " + e.getMessage());
    }
  }
}
