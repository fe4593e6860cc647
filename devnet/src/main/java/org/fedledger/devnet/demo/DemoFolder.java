package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where a demo keeps what each of its parties would keep for itself. */
record DemoFolder(Path root) {

  static DemoFolder of(Path root) throws IOException {
    DemoFolder folder = new DemoFolder(root.toAbsolutePath().normalize());
    Files.createDirectories(folder.root());
    try (Stream<Path> entries = Files.list(folder.root())) {
      if (entries.findAny().isPresent()) {
        throw new IllegalArgumentException(
            "--dir %s is not empty; a demo starts in a new folder".formatted(root));
      }
    }
    Files.createDirectories(folder.chain());
    Files.createDirectories(folder.keys());
    return folder;
  }

  /** The chain's state and log. */
  Path chain() {
    return root.resolve("chain");
  }

  /** The node's data, its blobs among them. */
  Path node() {
    return root.resolve("node");
  }

  /** Another aggregator's data, where there is one. */
  Path secondNode() {
    return root.resolve("second-node");
  }

  /** What a verifier fetched. */
  Path verifier(int index) {
    return root.resolve("verifiers").resolve(Integer.toString(index + 1));
  }

  /** What a verifier computed itself. */
  Path verifierBlobs(int index) {
    return verifier(index).resolve("blobs");
  }

  Path blobs() {
    return node().resolve("blobs");
  }

  /** All parties' key files, since one machine plays them all. */
  Path keys() {
    return root.resolve("keys");
  }

  /** The one password of all of them. */
  Path password() {
    return keys().resolve("password");
  }

  Path participant(String name) {
    return root.resolve("participants").resolve(name);
  }

  Path spec() {
    return root.resolve("spec.json");
  }

  Path initialState() {
    return root.resolve("state-0.safetensors");
  }

  Path initialModel() {
    return root.resolve("version-0.safetensors");
  }

  /** An audit's evidence in one file. */
  Path bundle() {
    return root.resolve("audit-bundle.zip");
  }

  Path report() {
    return root.resolve("report.json");
  }

  /** Deletes all of it. */
  void delete() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
