package org.fedledger.devnet.dataset;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.types.Digest;

/**
 * A data set that others published and that we may not carry along.
 *
 * @param title its name, as one would search for it
 * @param page where it is described and offered
 * @param terms under which it may be used
 * @param note on files that do not speak for themselves; may be empty
 */
record PublicData(String title, String page, String terms, List<KnownFile> files, String note) {

  static final PublicData HEART =
      new PublicData(
          "UCI Heart Disease",
          "https://archive.ics.uci.edu/dataset/45/heart+disease",
          "CC BY 4.0",
          List.of(
              file(
                  "processed.cleveland.data",
                  18_461,
                  "a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8"),
              file(
                  "processed.hungarian.data",
                  10_263,
                  "d1ad108f785768cd3d7e82dc522e6f5a61eea93cccfb3a46ee8076f73fc3d796"),
              file(
                  "processed.switzerland.data",
                  4_109,
                  "834a405ccf5b66ab4056bb77794adc8df0b7125186454c0a1d002d33c6c3b314"),
              file(
                  "processed.va.data",
                  6_737,
                  "e7c93d8d0d2acdadfa4c5e8de768e2191e7f618b952e29623f1f0d5949ff6b8f"),
              file(
                  "flamby_split.csv",
                  18_984,
                  "2be473913ce0104387eb3dccd74c781a201be48e7fa3b48d3671d7a5a5a0c0aa")),
          "flamby_split.csv says which rows the FLamby benchmark (Fed-Heart-Disease) holds out:\n"
              + "  center,name,line,kept_index,set,label for each complete row of the other"
              + " files,\n"
              + "  by scikit-learn's train_test_split with random_state 43, as FLamby calls it");

  static final PublicData MNIST =
      new PublicData(
          "MNIST handwritten digits",
          "http://yann.lecun.com/exdb/mnist/",
          "CC BY-SA 3.0",
          List.of(
              file(
                  "train-images-idx3-ubyte.gz",
                  47_040_016,
                  "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
              file(
                  "train-labels-idx1-ubyte.gz",
                  60_008,
                  "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
              file(
                  "t10k-images-idx3-ubyte.gz",
                  7_840_016,
                  "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
              file(
                  "t10k-labels-idx1-ubyte.gz",
                  10_008,
                  "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
          "");

  private static KnownFile file(String name, int size, String sha256) {
    return new KnownFile(name, size, Digest.of("0x" + sha256));
  }

  /**
   * Reads all files, by name.
   *
   * @throws DataUnavailableException if one is absent or differs, with what to fetch from where
   */
  Map<String, byte[]> read(Optional<Path> folder) throws DataUnavailableException {
    Path in = folder.orElseThrow(() -> new DataUnavailableException(wanted("no folder was given")));
    for (KnownFile file : files) {
      if (!file.isIn(in)) {
        throw new DataUnavailableException(wanted("there is no " + file.name() + " in " + in));
      }
    }
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (KnownFile file : files) {
      contents.put(file.name(), file.read(in));
    }
    return contents;
  }

  private String wanted(String trouble) {
    StringBuilder text = new StringBuilder();
    text.append(title).append(": ").append(trouble).append(".\n");
    text.append("  Fetch the data set from ").append(page).append(" (").append(terms).append(")\n");
    text.append("  and name the folder with --data; these files are used, and checked first:");
    for (KnownFile file : files) {
      text.append("\n    ").append(file.description());
    }
    if (!note.isEmpty()) {
      text.append("\n  ").append(note);
    }
    return text.toString();
  }
}
