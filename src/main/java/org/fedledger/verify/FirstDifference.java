package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.TensorData;
import org.fedledger.tensor.TensorSpec;

/** Where a published model first departs from the recomputed one. */
final class FirstDifference {

  private FirstDifference() {}

  /**
   * Names and values of the first difference, in the order in which they are told, and how many
   * elements differ.
   */
  static Map<String, String> between(Path publishedFile, Path recomputedFile) throws IOException {
    Map<String, String> found = new LinkedHashMap<>();
    try (SafetensorsFile published = SafetensorsFile.open(publishedFile);
        SafetensorsFile recomputed = SafetensorsFile.open(recomputedFile)) {
      if (!published.header().equals(recomputed.header())) {
        found.put("difference", "the headers");
        found.put("publishedHeader", shortened(published.header().toString()));
        found.put("recomputedHeader", shortened(recomputed.header().toString()));
        return found;
      }
      long elements = 0;
      long differing = 0;
      for (TensorSpec tensor : recomputed.header().tensors()) {
        elements += tensor.elements();
        differing += differing(tensor, published, recomputed, found);
      }
      found.put("differingElements", "%d of %d".formatted(differing, elements));
    } catch (MalformedFileException e) {
      found.put("difference", "the published file is malformed: " + e.getMessage());
    }
    return found;
  }

  /** Counts the elements of a tensor that differ; tells the first, unless one was told before. */
  private static long differing(
      TensorSpec tensor,
      SafetensorsFile published,
      SafetensorsFile recomputed,
      Map<String, String> found) {
    double[] p = new double[TensorData.BLOCK];
    double[] r = new double[TensorData.BLOCK];
    long differing = 0;
    for (long from = 0; from < tensor.elements(); from += TensorData.BLOCK) {
      int count = (int) Math.min(TensorData.BLOCK, tensor.elements() - from);
      published.tensor(tensor.name()).doubles(from, p, count);
      recomputed.tensor(tensor.name()).doubles(from, r, count);
      for (int i = 0; i < count; i++) {
        if (Double.doubleToRawLongBits(p[i]) != Double.doubleToRawLongBits(r[i])) {
          if (found.isEmpty()) {
            found.put("tensor", tensor.name());
            found.put("element", Long.toString(from + i));
            found.put("publishedValue", exact(tensor, p[i]));
            found.put("recomputedValue", exact(tensor, r[i]));
          }
          differing++;
        }
      }
    }
    return differing;
  }

  /** Decimal for people, bits for the proof. */
  private static String exact(TensorSpec tensor, double value) {
    return tensor.type() == ElementType.F32
        ? "%s (0x%08x)".formatted((float) value, Float.floatToRawIntBits((float) value))
        : "%s (0x%016x)".formatted(value, Double.doubleToRawLongBits(value));
  }

  private static String shortened(String text) {
    return text.length() <= 400 ? text : text.substring(0, 400) + "…";
  }
}
