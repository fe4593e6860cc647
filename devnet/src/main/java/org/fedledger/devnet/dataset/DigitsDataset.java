package org.fedledger.devnet.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.fedledger.rule.FedAvg;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModel;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.Training;
import org.fedledger.types.Digest;

/** Pictures of digits, MNIST's or our own, dealt to the participants. */
final class DigitsDataset {

  private static final int WEIGHT_CAP = 100_000;

  private static final int DRAWN_PARTICIPANTS = 4;
  private static final int DRAWN_ROUNDS = 5;
  private static final int DRAWN_TRAINING = 600;
  private static final int DRAWN_HELD_OUT = 150;
  private static final Training DRAWN_HINTS = new Training(0.05, 0.9, 32, 1, Training.Unit.EPOCHS);

  private static final int MNIST_PARTICIPANTS = 10;
  private static final int MNIST_ROUNDS = 10;
  private static final Training MNIST_HINTS = new Training(0.1, 0.9, 64, 1, Training.Unit.EPOCHS);

  private DigitsDataset() {}

  /** Digits that we draw: each participant its own. */
  static Dataset draw(DatasetRequest request) {
    Seed seed = request.seed();
    List<Holding> holdings = new ArrayList<>();
    for (int i = 0; i < request.participants().orElse(DRAWN_PARTICIPANTS); i++) {
      holdings.add(
          new Holding.Pictures(
              name(i),
              new DigitDrawer(seed.random("digits", i, 0)).draw(DRAWN_TRAINING),
              new DigitDrawer(seed.random("digits", i, 1)).draw(DRAWN_HELD_OUT)));
    }
    FederationSpec spec = spec("digits", seed, request.rounds().orElse(DRAWN_ROUNDS), DRAWN_HINTS);
    return new Dataset(spec, holdings, Optional.empty(), Optional.empty());
  }

  /** MNIST: training and test pictures shuffled by the seed, then dealt in equal parts. */
  static Dataset mnist(DatasetRequest request) throws DataUnavailableException {
    Map<String, byte[]> files = PublicData.MNIST.read(request.folder());
    LabelledImages training = images(files, "train", request.folder());
    LabelledImages test = images(files, "t10k", request.folder());
    int participants = request.participants().orElse(MNIST_PARTICIPANTS);
    List<LabelledImages> trainingParts =
        deal(training, participants, request.seed().random("mnist training"));
    List<LabelledImages> testParts = deal(test, participants, request.seed().random("mnist test"));
    List<Holding> holdings = new ArrayList<>();
    for (int i = 0; i < participants; i++) {
      holdings.add(new Holding.Pictures(name(i), trainingParts.get(i), testParts.get(i)));
    }
    FederationSpec spec =
        spec("mnist", request.seed(), request.rounds().orElse(MNIST_ROUNDS), MNIST_HINTS);
    return new Dataset(spec, holdings, Optional.of(test), Optional.empty());
  }

  private static String name(int i) {
    return "participant-" + (i + 1);
  }

  private static LabelledImages images(
      Map<String, byte[]> files, String part, Optional<Path> folder)
      throws DataUnavailableException {
    try {
      return IdxFormat.read(
          files.get(part + "-images-idx3-ubyte.gz"), files.get(part + "-labels-idx1-ubyte.gz"));
    } catch (IdxFormat.MalformedIdxException e) {
      throw new DataUnavailableException(
          "the %s files in %s: %s".formatted(part, folder.orElseThrow(), e.getMessage()), e);
    }
  }

  /** Shuffles, then deals equal parts; what does not divide is left out. */
  static List<LabelledImages> deal(LabelledImages all, int parts, Random random) {
    int[] order = new int[all.size()];
    Arrays.setAll(order, i -> i);
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int held = order[i];
      order[i] = order[other];
      order[other] = held;
    }
    int each = all.size() / parts;
    List<LabelledImages> dealt = new ArrayList<>();
    for (int p = 0; p < parts; p++) {
      dealt.add(all.pick(Arrays.copyOfRange(order, p * each, (p + 1) * each)));
    }
    return dealt;
  }

  private static FederationSpec spec(String name, Seed seed, int rounds, Training training) {
    Architecture architecture =
        new Architecture(
            List.of(
                new Layer.Dense(LabelledImages.PIXELS, 128, Activation.RELU),
                new Layer.Dense(128, 64, Activation.RELU),
                new Layer.Dense(64, LabelledImages.CLASSES, Activation.SOFTMAX)),
            Loss.CATEGORICAL_CROSS_ENTROPY);
    return new FederationSpec(
        name,
        architecture,
        new InitialModel.GlorotUniform(new Digest(seed.bytes("initial model"))),
        rounds,
        0,
        FederationSpec.DEFAULT_READERS,
        new PlanTerms(new FedAvg(1), training, WEIGHT_CAP, OptionalDouble.empty()),
        Optional.empty());
  }
}
