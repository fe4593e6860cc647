package org.fedledger.devnet.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a network keeps its chain, its log and the file that tells of it. */
final class FolderOption {

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "folder of the network (default: target/devnet where FedLedger is)")
  private Path folder;

  Path folder() {
    Path home = Path.of(System.getProperty("fedledger.home", "."));
    return (folder != null ? folder : home.resolve("target").resolve("devnet"))
        .toAbsolutePath()
        .normalize();
  }
}
