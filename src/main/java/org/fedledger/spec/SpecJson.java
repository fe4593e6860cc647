package org.fedledger.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.rule.Rule;
import org.fedledger.rule.Rules;
import org.fedledger.signing.Decision;
import org.fedledger.types.Digest;

/**
 * The files in which a federation's spec and a round's plan travel: canonical JSON, committed by
 * the SHA-256 of their bytes.
 *
 * <p>What is read here is valid; anything else throws {@link MalformedJsonException}, which names
 * the place and what belongs there.
 */
public final class SpecJson {

  private static final String FORMAT = "fedledger";
  private static final int MOST_MISSED = 1_000_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SpecJson() {}

  /** Reads a spec file. */
  public static FederationSpec parseSpec(byte[] file) {
    FederationSpec spec = readSpec(CanonicalJson.parse(file));
    requireSame("spec", file, write(spec));
    return spec;
  }

  /**
   * Reads a spec from any JSON tree, such as one that a person wrote with spaces; its canonical
   * form is {@link #write(FederationSpec)} of the result.
   */
  public static FederationSpec readSpec(JsonNode tree) {
    JsonReader in = JsonReader.of("spec", tree);
    format(in);
    FederationSpec spec =
        valid(
            "spec",
            () ->
                new FederationSpec(
                    in.text("name"),
                    architecture(in.object("architecture")),
                    initial(in.object("initial")),
                    (int) in.integer("rounds", 1, 1_000_000),
                    (int) in.integer("confirmations", 0, 1_000),
                    Set.copyOf(in.texts("readers", t -> named(Reader.values(), Reader::text, t))),
                    terms(in.object("plan")),
                    Set.copyOf(
                        in.optional(
                                "planMayChange",
                                (r, key) ->
                                    r.texts(key, t -> named(PlanTerm.values(), PlanTerm::text, t)))
                            .orElse(List.of())),
                    in.optional(
                            "suspendAfter",
                            (r, key) -> OptionalInt.of((int) r.integer(key, 1, MOST_MISSED)))
                        .orElse(OptionalInt.empty()),
                    in.optional("data", (r, key) -> data(r.object(key)))));
    in.end();
    return spec;
  }

  /** Reads a plan file. */
  public static RoundPlan parsePlan(byte[] file) {
    JsonReader in = JsonReader.of("plan", CanonicalJson.parse(file));
    format(in);
    RoundPlan plan = new RoundPlan(in.text("spec", Digest::of), terms(in.object("terms")));
    in.end();
    requireSame("plan", file, write(plan));
    return plan;
  }

  public static byte[] write(FederationSpec spec) {
    ObjectNode out = NODES.objectNode();
    out.put(FORMAT, 1);
    out.put("name", spec.name());
    out.set("architecture", write(spec.architecture()));
    out.set("initial", write(spec.initial()));
    out.put("rounds", spec.rounds());
    out.put("confirmations", spec.confirmations());
    ArrayNode readers = out.putArray("readers");
    EnumSet<Reader> sorted = EnumSet.noneOf(Reader.class);
    sorted.addAll(spec.readers());
    sorted.forEach(reader -> readers.add(reader.text()));
    out.set("plan", write(spec.plan()));
    if (!spec.planMayChange().isEmpty()) {
      ArrayNode changing = out.putArray("planMayChange");
      new TreeSet<>(spec.planMayChange()).forEach(term -> changing.add(term.text()));
    }
    spec.suspendAfter().ifPresent(missed -> out.put("suspendAfter", missed));
    spec.data().ifPresent(data -> out.set("data", write(data)));
    return CanonicalJson.write(out);
  }

  public static byte[] write(RoundPlan plan) {
    ObjectNode out = NODES.objectNode();
    out.put(FORMAT, 1);
    out.put("spec", plan.spec().toString());
    out.set("terms", write(plan.terms()));
    return CanonicalJson.write(out);
  }

  /** Sets travel in one order, so that one content has one digest. */
  private static void requireSame(String what, byte[] given, byte[] own) {
    if (!Arrays.equals(given, own)) {
      throw new MalformedJsonException(
          "%s: from byte %d on it differs from its canonical form; sort its sets and drop repetitions"
              .formatted(what, Arrays.mismatch(given, own)));
    }
  }

  private static void format(JsonReader in) {
    in.integer(FORMAT, 1, 1);
  }

  private static Architecture architecture(JsonReader in) {
    List<Layer> layers = in.objects("layers", SpecJson::layer);
    Loss loss = in.text("loss", t -> named(Loss.values(), Loss::text, t));
    in.end();
    return valid(in.path(), () -> new Architecture(layers, loss));
  }

  private static Layer layer(JsonReader in) {
    String type = in.text("type");
    if (!type.equals("dense")) {
      throw in.malformed("type", "the layer type '" + type + "' is unknown; known is dense");
    }
    int inputs = (int) in.integer("inputs", 1, Layer.Dense.MAX_WIDTH);
    int outputs = (int) in.integer("outputs", 1, Layer.Dense.MAX_WIDTH);
    Activation activation =
        in.text("activation", t -> named(Activation.values(), Activation::text, t));
    in.end();
    return new Layer.Dense(inputs, outputs, activation);
  }

  private static ObjectNode write(Architecture architecture) {
    ObjectNode out = NODES.objectNode();
    ArrayNode layers = out.putArray("layers");
    for (Layer layer : architecture.layers()) {
      switch (layer) {
        case Layer.Dense d ->
            layers
                .addObject()
                .put("type", "dense")
                .put("inputs", d.inputs())
                .put("outputs", d.outputs())
                .put("activation", d.activation().text());
      }
    }
    return out.put("loss", architecture.loss().text());
  }

  private static InitialModel initial(JsonReader in) {
    String kind = in.text("kind");
    InitialModel initial =
        switch (kind) {
          case "zeros" -> new InitialModel.Zeros();
          case "glorot-uniform" -> new InitialModel.GlorotUniform(in.text("seed", Digest::of));
          case "supplied" -> new InitialModel.Supplied();
          default ->
              throw in.malformed(
                  "kind", "'" + kind + "' is unknown; known are zeros, glorot-uniform, supplied");
        };
    in.end();
    return initial;
  }

  private static ObjectNode write(InitialModel initial) {
    ObjectNode out = NODES.objectNode();
    return switch (initial) {
      case InitialModel.Zeros _ -> out.put("kind", "zeros");
      case InitialModel.GlorotUniform g ->
          out.put("kind", "glorot-uniform").put("seed", g.seed().toString());
      case InitialModel.Supplied _ -> out.put("kind", "supplied");
    };
  }

  private static PlanTerms terms(JsonReader in) {
    Rule rule = Rules.parse(in.object("rule"));
    Training training = training(in.object("training"));
    long cap = in.integer("weightCap", 1, PlanTerms.MAX_WEIGHT);
    OptionalDouble bound =
        in.has("normBound")
            ? OptionalDouble.of(in.number("normBound", Double.MIN_VALUE, Double.MAX_VALUE))
            : OptionalDouble.empty();
    Sampling draw =
        in.optional("draw", (r, key) -> draw(r.object(key))).orElse(new Sampling.Everybody());
    Schedule schedule =
        new Schedule(
            in.optional("stages", (r, key) -> r.objects(key, SpecJson::stage)).orElse(List.of()),
            in.optional("windows", (r, key) -> windows(r.object(key))));
    in.end();
    return new PlanTerms(rule, training, cap, bound, draw, schedule);
  }

  private static Sampling draw(JsonReader in) {
    String kind = in.text("kind");
    Sampling draw =
        switch (kind) {
          case "all" -> new Sampling.Everybody();
          case "share" -> valid(in.path(), () -> new Sampling.Share(in.number("share", 0, 1)));
          case "count" -> new Sampling.Count((int) in.integer("members", 1, Decision.MAX_MEMBERS));
          default ->
              throw in.malformed("kind", "'" + kind + "' is unknown; known are all, share, count");
        };
    in.end();
    return draw;
  }

  private static Schedule.LaterStage stage(JsonReader in) {
    long seconds = in.integer("seconds", 1, Schedule.MAX_SECONDS);
    int threshold = (int) in.integer("threshold", 1, 0xFFFF);
    in.end();
    return new Schedule.LaterStage(seconds, threshold);
  }

  private static Schedule.Windows windows(JsonReader in) {
    Schedule.Windows windows =
        new Schedule.Windows(
            in.integer("reveal", 1, Schedule.MAX_SECONDS),
            in.integer("publication", 1, Schedule.MAX_SECONDS),
            in.integer("attestation", 1, Schedule.MAX_SECONDS),
            (int) in.integer("attempts", 1, Schedule.MAX_ATTEMPTS));
    in.end();
    return windows;
  }

  private static ObjectNode write(PlanTerms terms) {
    ObjectNode out = NODES.objectNode();
    out.set("rule", Rules.write(terms.rule()));
    Training t = terms.training();
    out.putObject("training")
        .put("rate", t.rate())
        .put("momentum", t.momentum())
        .put("batch", t.batch())
        .put(t.unit().text(), t.amount());
    out.put("weightCap", terms.weightCap());
    terms.normBound().ifPresent(bound -> out.put("normBound", bound));
    write(terms.draw(), out);
    write(terms.schedule(), out);
    return out;
  }

  /** What is so by default is left out, so that one content has one form. */
  private static void write(Sampling draw, ObjectNode terms) {
    switch (draw) {
      case Sampling.Everybody _ -> {
        // So by default.
      }
      case Sampling.Share(double share) ->
          terms.putObject("draw").put("kind", "share").put("share", share);
      case Sampling.Count(int members) ->
          terms.putObject("draw").put("kind", "count").put("members", members);
    }
  }

  private static void write(Schedule schedule, ObjectNode terms) {
    if (!schedule.laterStages().isEmpty()) {
      ArrayNode stages = terms.putArray("stages");
      schedule
          .laterStages()
          .forEach(
              s -> stages.addObject().put("seconds", s.seconds()).put("threshold", s.threshold()));
    }
    schedule
        .windows()
        .ifPresent(
            w ->
                terms
                    .putObject("windows")
                    .put("reveal", w.reveal())
                    .put("publication", w.publication())
                    .put("attestation", w.attestation())
                    .put("attempts", w.attempts()));
  }

  private static Training training(JsonReader in) {
    double rate = in.number("rate", Double.MIN_VALUE, Double.MAX_VALUE);
    double momentum = in.number("momentum", 0, 1);
    int batch = (int) in.integer("batch", 1, Integer.MAX_VALUE);
    Training.Unit unit = in.has("steps") ? Training.Unit.STEPS : Training.Unit.EPOCHS;
    int amount = (int) in.integer(unit.text(), 1, Integer.MAX_VALUE);
    in.end();
    return valid(in.path(), () -> new Training(rate, momentum, batch, amount, unit));
  }

  private static DataSchema data(JsonReader in) {
    List<DataSchema.Column> columns = in.objects("columns", SpecJson::column);
    Set<String> missing = Set.copyOf(in.texts("missing", Function.identity()));
    boolean standardise = in.flag("standardise");
    DataSchema.HeldOut heldOut = heldOut(in.object("heldOut"));
    in.end();
    return valid(in.path(), () -> new DataSchema(columns, missing, standardise, heldOut));
  }

  private static DataSchema.Column column(JsonReader in) {
    String name = in.text("name");
    String type = in.text("type");
    DataSchema.Column column =
        valid(
            in.path(),
            () ->
                switch (type) {
                  case "numeric" -> new DataSchema.Column.Numeric(name);
                  case "category" ->
                      new DataSchema.Column.Category(name, in.texts("values", Function.identity()));
                  case "label" ->
                      new DataSchema.Column.BinaryLabel(
                          name, in.number("above", -Double.MAX_VALUE, Double.MAX_VALUE));
                  case "split" -> new DataSchema.Column.Split(name, in.text("test"));
                  case "ignored" -> new DataSchema.Column.Ignored(name);
                  default ->
                      throw in.malformed(
                          "type",
                          "'%s' is unknown; known are numeric, category, label, split, ignored"
                              .formatted(type));
                });
    in.end();
    return column;
  }

  private static DataSchema.HeldOut heldOut(JsonReader in) {
    DataSchema.HeldOut heldOut =
        in.has("everyNth")
            ? new DataSchema.HeldOut.EveryNth((int) in.integer("everyNth", 2, Integer.MAX_VALUE))
            : bySplit(in);
    in.end();
    return heldOut;
  }

  private static DataSchema.HeldOut bySplit(JsonReader in) {
    if (!in.flag("bySplit")) {
      throw in.malformed("bySplit", "true, or everyNth in its place");
    }
    return new DataSchema.HeldOut.BySplit();
  }

  private static ObjectNode write(DataSchema data) {
    ObjectNode out = NODES.objectNode();
    ArrayNode columns = out.putArray("columns");
    for (DataSchema.Column column : data.columns()) {
      ObjectNode c = columns.addObject().put("name", column.name());
      switch (column) {
        case DataSchema.Column.Numeric _ -> c.put("type", "numeric");
        case DataSchema.Column.Category category -> {
          c.put("type", "category");
          ArrayNode values = c.putArray("values");
          category.values().forEach(values::add);
        }
        case DataSchema.Column.BinaryLabel label ->
            c.put("type", "label").put("above", label.above());
        case DataSchema.Column.Split split -> c.put("type", "split").put("test", split.testValue());
        case DataSchema.Column.Ignored _ -> c.put("type", "ignored");
      }
    }
    ArrayNode missing = out.putArray("missing");
    new TreeSet<>(data.missing()).forEach(missing::add);
    out.put("standardise", data.standardise());
    ObjectNode heldOut = out.putObject("heldOut");
    switch (data.heldOut()) {
      case DataSchema.HeldOut.EveryNth nth -> heldOut.put("everyNth", nth.k());
      case DataSchema.HeldOut.BySplit _ -> heldOut.put("bySplit", true);
    }
    return out;
  }

  private static <E> E named(E[] values, Function<E, String> text, String wanted) {
    for (E value : values) {
      if (text.apply(value).equals(wanted)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is unknown; known are %s"
            .formatted(wanted, Arrays.stream(values).map(text).toList()));
  }

  /** What a record's own check refuses is told with the place where it stands. */
  private static <T> T valid(String where, Supplier<T> made) {
    try {
      return made.get();
    } catch (MalformedJsonException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new MalformedJsonException(where + ": " + e.getMessage(), e);
    }
  }
}
