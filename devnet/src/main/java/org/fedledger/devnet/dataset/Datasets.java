package org.fedledger.devnet.dataset;

import java.util.List;

/** The data sets that the demo knows, by name. */
public final class Datasets {

  public static final String DEFAULT = "patients";

  public static final List<String> NAMES = List.of(DEFAULT, "heart", "digits", "mnist");

  private Datasets() {}

  /**
   * Makes or reads a data set.
   *
   * @throws IllegalArgumentException for an unknown name, or a number of participants that the data
   *     set does not have
   * @throws DataUnavailableException if its files are absent or differ from those meant
   */
  public static Dataset of(String name, DatasetRequest request) throws DataUnavailableException {
    return switch (name) {
      case "patients" -> PatientsDataset.make(request);
      case "heart" -> HeartDataset.read(request);
      case "digits" -> DigitsDataset.draw(request);
      case "mnist" -> DigitsDataset.mnist(request);
      default ->
          throw new IllegalArgumentException(
              "the data set '%s' is unknown; known are %s"
                  .formatted(name, String.join(", ", NAMES)));
    };
  }
}
