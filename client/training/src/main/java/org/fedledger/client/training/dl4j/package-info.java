/**
 * Training and evaluating a model on local examples by DL4J, which stays inside this package.
 *
 * <p>The same seed, examples, CPU kind and native library give the same bits, if {@code
 * OMP_NUM_THREADS=1} was set before the JVM started; the launcher does so.
 */
package org.fedledger.client.training.dl4j;
