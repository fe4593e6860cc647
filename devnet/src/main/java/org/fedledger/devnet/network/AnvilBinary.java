package org.fedledger.devnet.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Finds the anvil that the build brought from npm, for this system. */
final class AnvilBinary {

  private AnvilBinary() {}

  /**
   * @throws IllegalStateException if it is not there; the message says what to do
   */
  static Path find() {
    Path home = Path.of(System.getProperty("fedledger.home", ".")).toAbsolutePath().normalize();
    String packaged = "contracts/node_modules/@foundry-rs/anvil-" + platform();
    for (Path folder = home; folder != null; folder = folder.getParent()) {
      Path binary = folder.resolve(packaged).resolve("bin").resolve(executable());
      if (Files.isExecutable(binary)) {
        return binary;
      }
    }
    throw new IllegalStateException(
        "anvil is not in %s below %s; build the project (mvn -B package), or start where it was built"
            .formatted(packaged, home));
  }

  private static String executable() {
    return windows() ? "anvil.exe" : "anvil";
  }

  private static boolean windows() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String system = os.startsWith("mac") ? "darwin" : windows() ? "win32" : "linux";
    return system + "-" + (arch.equals("aarch64") || arch.equals("arm64") ? "arm64" : "amd64");
  }
}
