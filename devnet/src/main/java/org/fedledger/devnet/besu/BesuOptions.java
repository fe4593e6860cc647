package org.fedledger.devnet.besu;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How a person allows Besu to be had.
 *
 * @param archive a release archive to unpack
 * @param download whether it may be fetched from the Besu project
 * @param docker whether the container image may be used
 */
public record BesuOptions(Optional<Path> archive, boolean download, boolean docker) {

  /** Only what is there already. */
  public static final BesuOptions NONE = new BesuOptions(Optional.empty(), false, false);

  public BesuOptions {
    Objects.requireNonNull(archive);
  }
}
