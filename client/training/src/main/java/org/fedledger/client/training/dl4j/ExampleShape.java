package org.fedledger.client.training.dl4j;

import org.fedledger.client.data.Examples;
import org.fedledger.spec.Architecture;
import org.fedledger.training.UnfitDataException;

/** Whether examples are of the form that an architecture takes. */
final class ExampleShape {

  private ExampleShape() {}

  /**
   * @throws UnfitDataException if they are not
   */
  static void require(Architecture architecture, Examples examples) {
    if (examples.features() != architecture.inputs()
        || examples.outputs() != architecture.outputs()) {
      throw new UnfitDataException(
          "the architecture takes %d features and gives %d outputs; the data is %s"
              .formatted(architecture.inputs(), architecture.outputs(), examples));
    }
  }
}
