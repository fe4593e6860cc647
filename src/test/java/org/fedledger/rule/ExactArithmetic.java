package org.fedledger.rule;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * What rules are made of once more, from its definition: every operation exact in decimals, then
 * rounded once. Slow, and shares nothing with what it tests but the definition.
 */
final class ExactArithmetic {

  /** A quotient of two binary64 that is no midpoint differs from every midpoint before this. */
  private static final MathContext DIGITS = new MathContext(1_200, RoundingMode.HALF_EVEN);

  private ExactArithmetic() {}

  static double plus(double a, double b) {
    BigDecimal sum = new BigDecimal(a).add(new BigDecimal(b));
    return sum.signum() == 0 ? a + b : sum.doubleValue(); // A zero's sign is not in its decimals.
  }

  static double times(double a, double b) {
    BigDecimal product = new BigDecimal(a).multiply(new BigDecimal(b));
    return product.signum() == 0 ? a * b : product.doubleValue();
  }

  static double over(double a, double b) {
    return a == 0 ? a / b : new BigDecimal(a).divide(new BigDecimal(b), DIGITS).doubleValue();
  }

  static float narrow(double a) {
    return a == 0 ? (float) a : new BigDecimal(a).floatValue();
  }

  /** The weighted mean of one element; the updates in the order given. */
  static double mean(float[] updates, long[] weights) {
    double acc = 0.0;
    long sum = 0;
    for (int i = 0; i < updates.length; i++) {
      acc = plus(acc, times(weights[i], updates[i]));
      sum += weights[i];
    }
    return over(acc, sum);
  }
}
