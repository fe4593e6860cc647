package org.fedledger.devnet.besu;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags of commands that may need a Besu. */
public final class BesuFlags {

  @Option(
      names = "--besu-archive",
      paramLabel = "FILE",
      description =
          "unpack this release archive of Besu, besu-VERSION.tar.gz or .zip, into your cache and"
              + " use it")
  private Path archive;

  @Option(
      names = "--download-besu",
      description = "fetch the release of Besu that this build is made for into your cache")
  private boolean download;

  @Option(
      names = "--docker",
      description = "where no Besu is found, run its container image by docker compose")
  private boolean docker;

  public BesuOptions options() {
    return new BesuOptions(Optional.ofNullable(archive), download, docker);
  }
}
