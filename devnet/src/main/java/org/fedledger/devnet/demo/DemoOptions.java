package org.fedledger.devnet.demo;

import java.util.Optional;
import org.fedledger.devnet.dataset.Dataset;
import org.fedledger.devnet.dataset.Seed;

/**
 * What a demo shall do.
 *
 * @param shuffledArrival participants commit and upload one after the other in an order drawn from
 *     the seed, instead of each as soon as it can
 * @param tamper a fraud to commit
 */
record DemoOptions(Seed seed, Dataset dataset, boolean shuffledArrival, Optional<Tamper> tamper) {}
