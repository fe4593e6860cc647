package org.fedledger.devnet.demo;

import java.util.Optional;
import java.util.OptionalInt;
import org.fedledger.devnet.dataset.Dataset;
import org.fedledger.devnet.dataset.Seed;
import org.fedledger.devnet.demo.tamper.Scheme;
import org.fedledger.devnet.network.NetworkKind;

/**
 * What a demo shall do.
 *
 * @param shuffledArrival participants commit and upload one after the other in an order drawn from
 *     the seed, instead of each as soon as it can
 * @param outage which validator of the network is killed in mid-demo and started again, from 1
 * @param verifiers how many attest to publications; more than half of them make one final
 * @param scheme a fraud to play
 */
record DemoOptions(
    Seed seed,
    NetworkKind network,
    OptionalInt outage,
    Dataset dataset,
    boolean shuffledArrival,
    int verifiers,
    Optional<Scheme> scheme) {

  static final int MOST_VERIFIERS = 16;

  /**
   * @throws IllegalArgumentException for a number out of range, or a fraud that cannot happen
   */
  DemoOptions {
    if (verifiers < 0 || verifiers > MOST_VERIFIERS) {
      throw new IllegalArgumentException(
          "verifiers are 0 to %d, not %d".formatted(MOST_VERIFIERS, verifiers));
    }
    if (verifiers == 0 && scheme.filter(Scheme::colluding).isPresent()) {
      throw new IllegalArgumentException("--collude takes verifiers to collude with");
    }
    if (scheme.isPresent()) {
      scheme.get().requireVerifiers(verifiers);
      tamperedRound(scheme.get(), dataset);
    }
  }

  private static long tamperedRound(Scheme scheme, Dataset dataset) {
    return scheme.kind().round(dataset.spec().rounds(), dataset.holdings().size());
  }

  /** The round of the fraud. */
  long tamperedRound() {
    return tamperedRound(scheme.orElseThrow(), dataset);
  }

  /** Whether verifiers attest without looking. */
  boolean blindVerifiers() {
    return scheme.filter(Scheme::colluding).isPresent();
  }

  /** Whether another aggregator is there in case the first one's publication fails. */
  boolean secondAggregator() {
    return scheme.isPresent() && verifiers > 0 && !blindVerifiers();
  }
}
