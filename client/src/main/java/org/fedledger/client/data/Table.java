package org.fedledger.client.data;

import java.util.Arrays;
import java.util.List;

/**
 * A participant's table, read by the schema but not yet standardised.
 *
 * @param rows those without a missing value, in the order of the file
 * @param dropped how many rows were left out since a value is missing
 * @param labelled whether its rows have labels; all labels are 0 if not
 * @param standardise whether the schema asks for it
 */
public record Table(
    int features, List<Row> rows, int dropped, boolean labelled, boolean standardise) {

  /**
   * One complete row.
   *
   * @param line of the file, from 1, on which it ends
   * @param features finite numbers
   * @param label 0 or 1
   */
  record Row(long line, double[] features, float label, boolean heldOut) {}

  /** Keeps a constant feature from dividing by zero. */
  private static final double EPSILON = 1e-9;

  public Table {
    rows = List.copyOf(rows);
  }

  /**
   * Training and held-out examples, standardised by the training rows if the schema says so.
   *
   * @throws BadTableException if there is no training row
   */
  public LocalData examples() throws BadTableException {
    List<Row> training = rows.stream().filter(row -> !row.heldOut()).toList();
    if (training.isEmpty()) {
      throw new BadTableException(
          List.of(
              "no training row: %d rows are complete, and all of them are held out; %d lack a value"
                  .formatted(rows.size(), dropped)),
          0);
    }
    Scale scale = scale(training);
    return LocalData.of(
        examples(training, scale), examples(rows.stream().filter(Row::heldOut).toList(), scale));
  }

  /** Lines of the rows in {@link #all}, in the same order. */
  public long[] lines() {
    return rows.stream().mapToLong(Row::line).toArray();
  }

  /**
   * Every complete row, standardised as {@link #examples} does.
   *
   * @throws BadTableException if there is no training row
   */
  public Examples all() throws BadTableException {
    examples();
    return examples(rows, scale(rows.stream().filter(row -> !row.heldOut()).toList()));
  }

  /** What features are moved and divided by. */
  private record Scale(double[] mean, double[] divisor) {}

  private Scale scale(List<Row> training) {
    double[] mean = new double[features];
    double[] divisor = new double[features];
    Arrays.fill(divisor, 1.0);
    if (!standardise) {
      return new Scale(mean, divisor);
    }
    for (int f = 0; f < features; f++) {
      double sum = 0.0;
      for (Row row : training) {
        sum += row.features()[f];
      }
      mean[f] = sum / training.size();
      double squares = 0.0;
      for (Row row : training) {
        double distance = row.features()[f] - mean[f];
        squares += distance * distance;
      }
      double variance = training.size() > 1 ? squares / (training.size() - 1) : 0.0;
      divisor[f] = Math.sqrt(variance) + EPSILON;
    }
    return new Scale(mean, divisor);
  }

  private Examples examples(List<Row> rows, Scale scale) {
    float[] inputs = new float[Math.multiplyExact(rows.size(), features)];
    float[] labels = new float[rows.size()];
    for (int r = 0; r < rows.size(); r++) {
      Row row = rows.get(r);
      for (int f = 0; f < features; f++) {
        inputs[r * features + f] =
            (float) ((row.features()[f] - scale.mean()[f]) / scale.divisor()[f]);
      }
      labels[r] = row.label();
    }
    return new Examples(features, 1, inputs, labels);
  }
}
