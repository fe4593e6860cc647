package org.fedledger.devnet.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.devnet.dataset.Patients.Profile;
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
import org.fedledger.types.Digest;

/** Hospitals with synthetic patients: who falls ill, by age, sex, blood pressure and glucose? */
final class PatientsDataset {

  private static final int ROUNDS = 5;
  private static final int WEIGHT_CAP = 10_000;

  /** One row in five is held out. */
  private static final int HELD_OUT_OF = 5;

  private static final List<Profile> HOSPITALS =
      List.of(
          new Profile("city", 360, 52, 0.50, 132, 104),
          new Profile("coast", 240, 66, 0.42, 144, 112),
          new Profile("hills", 180, 41, 0.60, 122, 95));

  private PatientsDataset() {}

  static Dataset make(DatasetRequest request) {
    Seed seed = request.seed();
    int participants = request.participants().orElse(HOSPITALS.size());
    List<Holding> holdings = new ArrayList<>();
    for (int i = 0; i < participants; i++) {
      Profile profile = profile(i);
      holdings.add(
          new Holding.Table(profile.name(), Patients.table(profile, seed.random("patients", i))));
    }
    FederationSpec spec = spec(seed, request.rounds().orElse(ROUNDS));
    return new Dataset(spec, holdings, Optional.empty(), Optional.empty());
  }

  /** Beyond the first ones the same kinds of hospital come again, under other names. */
  private static Profile profile(int i) {
    Profile kind = HOSPITALS.get(i % HOSPITALS.size());
    if (i < HOSPITALS.size()) {
      return kind;
    }
    return new Profile(
        kind.name() + "-" + (i / HOSPITALS.size() + 1),
        kind.patients(),
        kind.age(),
        kind.male(),
        kind.pressure(),
        kind.glucose());
  }

  private static FederationSpec spec(Seed seed, int rounds) {
    Architecture architecture =
        new Architecture(
            List.of(
                new Layer.Dense(4, 10, Activation.RELU),
                new Layer.Dense(10, 5, Activation.RELU),
                new Layer.Dense(5, 1, Activation.SIGMOID)),
            Loss.BINARY_CROSS_ENTROPY);
    DataSchema schema =
        new DataSchema(
            List.of(
                new Column.Numeric("age"),
                new Column.Category("sex", List.of("female", "male")),
                new Column.Numeric("blood_pressure"),
                new Column.Numeric("glucose"),
                new Column.BinaryLabel("disease", 0.5)),
            Set.of(),
            true,
            new DataSchema.HeldOut.EveryNth(HELD_OUT_OF));
    Training training = new Training(0.05, 0.9, 16, 1, Training.Unit.EPOCHS);
    return new FederationSpec(
        "patients",
        architecture,
        new InitialModel.GlorotUniform(new Digest(seed.bytes("initial model"))),
        rounds,
        0,
        FederationSpec.DEFAULT_READERS,
        new PlanTerms(new FedAvg(1), training, WEIGHT_CAP, OptionalDouble.empty()),
        Optional.of(schema));
  }
}
