package org.fedledger.devnet.besu;

import java.net.URI;
import java.util.Objects;
import org.fedledger.types.Digest;

/**
 * A published Besu that this build was made for.
 *
 * @param version as its archives are named
 * @param zip SHA-256 of {@code besu-VERSION.zip}
 * @param tarGz SHA-256 of {@code besu-VERSION.tar.gz}
 * @param image the container image, by tag and by digest
 */
public record BesuRelease(String version, Digest zip, Digest tarGz, String image) {

  /** Where the Besu project publishes its archives. */
  static final URI PUBLISHED = URI.create("https://github.com/besu-eth/besu/releases/download/");

  /** The one release that is fetched, unpacked and written into compose files. */
  public static final BesuRelease PINNED =
      new BesuRelease(
          "26.9.0",
          Digest.of("0x749f90b0b29b8138f5d58b949d19eed721826cab66bfb8d983f86e15831d22b2"),
          Digest.of("0x172b29069837f13436a20bd7c8234aeca67917d8a378e81e2bd4a205c57540ea"),
          "hyperledger/besu:26.9.0@sha256:fc1813d67d630d7660eea6ee555c01e73bfecda3e54d24f9484c1c4a52c6fcb0");

  public BesuRelease {
    Objects.requireNonNull(zip);
    Objects.requireNonNull(tarGz);
    Objects.requireNonNull(image);
    if (!version.matches("[0-9]+(\\.[0-9]+){1,3}")) {
      throw new IllegalArgumentException("not a version of Besu: " + version);
    }
  }

  /** The folder that its archives hold, and the name of that folder in the cache. */
  String folder() {
    return "besu-" + version;
  }

  String zipName() {
    return folder() + ".zip";
  }

  /** Where its zip is, below a place that is laid out as the project's releases are. */
  URI zipBelow(URI releases) {
    return releases.resolve(version + "/" + zipName());
  }
}
