package org.fedledger.devnet.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.DataSchema;
import org.fedledger.spec.DataSchema.Column;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModel;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.RulePlan;
import org.fedledger.spec.Training;

/**
 * Four real hospitals: UCI Heart Disease, prepared as the FLamby benchmark (Fed-Heart-Disease)
 * does, with logistic regression on 13 features.
 */
final class HeartDataset {

  private static final int ROUNDS = 15;
  private static final int WEIGHT_CAP = 10_000;
  private static final String SPLIT = "heart-split.txt";
  private static final String HEADER =
      "age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak,slope,ca,thal,num,split";

  /** Columns before slope, ca and thal, and the label after them. */
  private static final int USED_FEATURES = 10;

  private static final int LABEL = 13;
  private static final int COLUMNS = 14;

  /** A hospital and how many of its rows are complete. */
  private record Hospital(String name, int complete) {}

  private static final List<Hospital> HOSPITALS =
      List.of(
          new Hospital("cleveland", 303),
          new Hospital("hungarian", 261),
          new Hospital("switzerland", 46),
          new Hospital("va", 130));

  private static final Dataset.Reference REFERENCE =
      new Dataset.Reference(
          0.685,
          "published FedAvg on the same data, with a smaller rate and other initial weights");

  private HeartDataset() {}

  static Dataset read(DatasetRequest request) throws DataUnavailableException {
    int participants = request.participants().orElse(HOSPITALS.size());
    if (participants != HOSPITALS.size()) {
      throw new IllegalArgumentException(
          "heart has %d hospitals, so --participants %d does not fit"
              .formatted(HOSPITALS.size(), participants));
    }
    Map<String, byte[]> files = PublicData.HEART.read(request.folder());
    Map<String, String> splits = splits();
    List<Holding> holdings = new ArrayList<>();
    for (Hospital hospital : HOSPITALS) {
      byte[] file = files.get("processed." + hospital.name() + ".data");
      holdings.add(
          new Holding.Table(
              hospital.name(),
              table(hospital, new String(file, StandardCharsets.US_ASCII), splits)));
    }
    return new Dataset(
        spec(request.rounds().orElse(ROUNDS)), holdings, Optional.empty(), Optional.of(REFERENCE));
  }

  /** The hospital's lines under a header, each with the part it plays. */
  private static String table(Hospital hospital, String file, Map<String, String> splits) {
    String split = splits.get(hospital.name());
    StringBuilder csv = new StringBuilder(HEADER).append('\n');
    int complete = 0;
    for (String line : file.lines().toList()) {
      String part = isComplete(line) ? part(split.charAt(complete++)) : "?";
      csv.append(line).append(',').append(part).append('\n');
    }
    if (complete != hospital.complete() || complete != split.length()) {
      throw new IllegalStateException(
          "%s has %d complete rows, and the split %d"
              .formatted(hospital.name(), complete, split.length()));
    }
    return csv.toString();
  }

  private static boolean isComplete(String line) {
    String[] fields = line.split(",", -1);
    if (fields.length != COLUMNS) {
      throw new IllegalStateException("a line of the data set has " + fields.length + " columns");
    }
    for (int i = 0; i < USED_FEATURES; i++) {
      if (fields[i].equals("?")) {
        return false;
      }
    }
    return !fields[LABEL].equals("?");
  }

  private static String part(char letter) {
    return switch (letter) {
      case 't' -> "train";
      case 'e' -> "test";
      default -> throw new IllegalStateException("a split has the letters t and e only");
    };
  }

  /** For each hospital one letter for each complete row. */
  private static Map<String, String> splits() {
    try (InputStream in = HeartDataset.class.getResourceAsStream(SPLIT)) {
      Map<String, String> splits = new HashMap<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ");
          splits.put(words[0], words[1]);
        }
      }
      return splits;
    } catch (IOException e) {
      throw new UncheckedIOException("the split of the heart data cannot be read", e);
    }
  }

  private static FederationSpec spec(int rounds) {
    Architecture architecture =
        new Architecture(
            List.of(new Layer.Dense(13, 1, Activation.SIGMOID)), Loss.BINARY_CROSS_ENTROPY);
    DataSchema schema =
        new DataSchema(
            List.of(
                new Column.Numeric("age"),
                new Column.Numeric("sex"),
                new Column.Category("cp", List.of("1", "2", "3", "4")),
                new Column.Numeric("trestbps"),
                new Column.Numeric("chol"),
                new Column.Numeric("fbs"),
                new Column.Category("restecg", List.of("0", "1", "2")),
                new Column.Numeric("thalach"),
                new Column.Numeric("exang"),
                new Column.Numeric("oldpeak"),
                new Column.Ignored("slope"),
                new Column.Ignored("ca"),
                new Column.Ignored("thal"),
                new Column.BinaryLabel("num", 0),
                new Column.Split("split", "test")),
            Set.of("?"),
            true,
            new DataSchema.HeldOut.BySplit());
    Training training = new Training(0.01, 0, 4, 100, Training.Unit.STEPS);
    return new FederationSpec(
        "heart",
        architecture,
        new InitialModel.Zeros(),
        rounds,
        0,
        FederationSpec.DEFAULT_READERS,
        new PlanTerms(RulePlan.fedavg(), training, WEIGHT_CAP, OptionalDouble.empty()),
        Optional.of(schema));
  }
}
