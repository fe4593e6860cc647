package org.fedledger.devnet.besu;

import java.util.List;
import java.util.Map;

/** How validators are started. */
interface ValidatorProgram {

  /** The words that run one until it ends; asked to end, it ends all that it started. */
  List<String> words(ValidatorSetup setup);

  /** What is added to this process's environment. */
  Map<String, String> environment(ValidatorSetup setup);

  /** Ends without warning what is left of one whose process was killed. */
  default void endRest(ValidatorSetup setup) {}
}
