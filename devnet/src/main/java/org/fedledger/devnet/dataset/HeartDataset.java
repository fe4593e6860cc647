package org.fedledger.devnet.dataset;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.rule.FedAvg;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.DataSchema;
import org.fedledger.spec.DataSchema.Column;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModel;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.Training;

/**
 * Four real hospitals: UCI Heart Disease, prepared as the FLamby benchmark (Fed-Heart-Disease)
 * does, with logistic regression on 13 features.
 */
final class HeartDataset {

  private static final int ROUNDS = 15;
  private static final int WEIGHT_CAP = 10_000;
  private static final String SPLIT = "flamby_split.csv";
  private static final String SPLIT_HEADER = "center,name,line,kept_index,set,label";
  private static final String HEADER =
      "age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak,slope,ca,thal,num,split";

  /** Columns before slope, ca and thal, and the label after them. */
  private static final int USED_FEATURES = 10;

  private static final String MISSING = "?";
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
    Map<String, String> split = split(files.get(SPLIT));
    List<Holding> holdings = new ArrayList<>();
    for (Hospital hospital : HOSPITALS) {
      byte[] file = files.get("processed." + hospital.name() + ".data");
      holdings.add(
          new Holding.Table(
              hospital.name(),
              table(hospital, new String(file, StandardCharsets.US_ASCII), split)));
    }
    return new Dataset(
        spec(request.rounds().orElse(ROUNDS)), holdings, Optional.empty(), Optional.of(REFERENCE));
  }

  /** The hospital's lines under a header, each with the part it plays. */
  private static String table(Hospital hospital, String file, Map<String, String> split) {
    StringBuilder csv = new StringBuilder(HEADER).append('\n');
    int number = 0;
    int complete = 0;
    for (String line : file.lines().toList()) {
      String part = split.getOrDefault(key(hospital.name(), ++number), MISSING);
      if (isComplete(line) == part.equals(MISSING)) {
        throw new IllegalStateException(
            "line %d of %s does not go with the split".formatted(number, hospital.name()));
      }
      complete += part.equals(MISSING) ? 0 : 1;
      csv.append(line).append(',').append(part).append('\n');
    }
    if (complete != hospital.complete()) {
      throw new IllegalStateException(
          "%s has %d complete rows, not %d"
              .formatted(hospital.name(), complete, hospital.complete()));
    }
    return csv.toString();
  }

  private static boolean isComplete(String line) {
    String[] fields = line.split(",", -1);
    if (fields.length != COLUMNS) {
      throw new IllegalStateException("a line of the data set has " + fields.length + " columns");
    }
    for (int i = 0; i < USED_FEATURES; i++) {
      if (fields[i].equals(MISSING)) {
        return false;
      }
    }
    return !fields[LABEL].equals(MISSING);
  }

  /** What each complete line does, {@code train} or {@code test}, by hospital and line number. */
  private static Map<String, String> split(byte[] file) {
    List<String> lines = new String(file, StandardCharsets.US_ASCII).lines().toList();
    if (!lines.getFirst().equals(SPLIT_HEADER)) {
      throw new IllegalStateException(SPLIT + " has the columns " + lines.getFirst());
    }
    Map<String, String> split = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",");
      split.put(key(fields[1], Integer.parseInt(fields[2])), fields[4]);
    }
    return split;
  }

  private static String key(String hospital, int line) {
    return hospital + " " + line;
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
            Set.of(MISSING),
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
        new PlanTerms(new FedAvg(1), training, WEIGHT_CAP, OptionalDouble.empty()),
        Optional.of(schema));
  }
}
