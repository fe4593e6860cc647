package org.fedledger.client.cli;

import org.fedledger.client.training.TrainingBackend;

/** What commands need that train or use a model. */
public final class InstalledTraining {

  private InstalledTraining() {}

  /**
   * @throws CommandException with the code for wrong usage where this install has none
   */
  public static TrainingBackend required() {
    return TrainingBackend.installed()
        .orElseThrow(
            () ->
                CommandException.usage(
                    "this install cannot train or use a model: fedledger-training is not on its"
                        + " class path; start this command by ./fedledger, or add that library"));
  }
}
