package org.fedledger.devnet.dataset;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where tests find the public data sets; tests that need one are skipped by name without it. */
public final class RealData {

  /** Names the folder that holds {@code heart} and {@code mnist}. */
  public static final String PROPERTY = "fedledger.data";

  private RealData() {}

  /** The folder of that data set, or the test ends here as skipped. */
  public static Path folder(String dataset) {
    String given = System.getProperty(PROPERTY);
    List<Path> places =
        given != null
            ? List.of(Path.of(given))
            : List.of(Path.of("../shared/data"), Path.of("../../shared/data"));
    for (Path place : places) {
      if (Files.isDirectory(place.resolve(dataset))) {
        return place.resolve(dataset);
      }
    }
    return abort(
        "the %s files are in none of %s; name their parent folder with -D%s"
            .formatted(dataset, places, PROPERTY));
  }
}
