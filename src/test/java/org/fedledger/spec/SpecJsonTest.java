package org.fedledger.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.rule.FedAvg;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;

class SpecJsonTest {

  private static final FederationSpec SPEC =
      new FederationSpec(
          "hospitals",
          new Architecture(
              List.of(
                  new Layer.Dense(3, 4, Activation.RELU),
                  new Layer.Dense(4, 1, Activation.SIGMOID)),
              Loss.BINARY_CROSS_ENTROPY),
          new InitialModel.GlorotUniform(Digest.ofContent(new byte[] {1})),
          5,
          0,
          FederationSpec.DEFAULT_READERS,
          new PlanTerms(
              new FedAvg(1),
              new Training(0.05, 0.9, 16, 100, Training.Unit.STEPS),
              100_000,
              OptionalDouble.of(12.5)),
          Optional.of(
              new DataSchema(
                  List.of(
                      new DataSchema.Column.Numeric("age"),
                      new DataSchema.Column.Category("pain", List.of("1", "2", "3")),
                      new DataSchema.Column.Ignored("note"),
                      new DataSchema.Column.Split("split", "test"),
                      new DataSchema.Column.BinaryLabel("num", 0)),
                  Set.of("?", "NA"),
                  true,
                  new DataSchema.HeldOut.BySplit())));

  @Test
  void readsBackWhatItWrote() {
    byte[] file = SpecJson.write(SPEC);
    assertThat(SpecJson.parseSpec(file)).isEqualTo(SPEC);
    assertThat(SpecJson.write(SpecJson.parseSpec(file))).isEqualTo(file);
  }

  @Test
  void readsBackAPlan() {
    RoundPlan plan = new RoundPlan(Digest.ofContent(SpecJson.write(SPEC)), SPEC.plan());
    byte[] file = SpecJson.write(plan);
    assertThat(SpecJson.parsePlan(file)).isEqualTo(plan);
  }

  @Test
  void keepsItsBytesForEver() {
    assertThat(new String(SpecJson.write(SPEC), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"architecture\":{\"layers\":[{\"activation\":\"relu\",\"inputs\":3,\"outputs\":4,\"type\":\"dense\"},{\"activation\":\"sigmoid\",\"inputs\":4,\"outputs\":1,\"type\":\"dense\"}],\"loss\":\"binary-cross-entropy\"},\"confirmations\":0,\"data\":{\"columns\":[{\"name\":\"age\",\"type\":\"numeric\"},{\"name\":\"pain\",\"type\":\"category\",\"values\":[\"1\",\"2\",\"3\"]},{\"name\":\"note\",\"type\":\"ignored\"},{\"name\":\"split\",\"test\":\"test\",\"type\":\"split\"},{\"above\":0,\"name\":\"num\",\"type\":\"label\"}],\"heldOut\":{\"bySplit\":true},\"missing\":[\"?\",\"NA\"],\"standardise\":true},\"fedledger\":1,\"initial\":{\"kind\":\"glorot-uniform\",\"seed\":\"0x4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a\"},\"name\":\"hospitals\",\"plan\":{\"normBound\":12.5,\"rule\":{\"name\":\"fedavg\",\"serverRate\":1,\"version\":1},\"training\":{\"batch\":16,\"momentum\":0.9,\"rate\":0.05,\"steps\":100},\"weightCap\":100000},\"readers\":[\"aggregators\",\"verifiers\",\"auditors\"],\"rounds\":5}");
  }

  @Test
  void namesThePlaceOfAMistake() {
    refused("\"rate\":0.05", "\"rate\":-1", "spec.plan.training.rate");
    refused("\"inputs\":4", "\"inputs\":5", "spec.architecture");
    refused("\"activation\":\"relu\"", "\"activation\":\"gelu\"", "known are [identity");
    refused("\"rounds\":5", "\"rounds\":0", "spec.rounds");
    refused("\"fedledger\":1", "\"fedledger\":2", "spec.fedledger");
    refused("\"rounds\":5", "\"rounds\":5,\"surprise\":1", "spec.surprise");
    refused("\"bySplit\":true", "\"bySplit\":false", "spec.data.heldOut.bySplit");
  }

  @Test
  void refusesASchemaWithOtherFeaturesThanTheModelTakes() {
    refused("\"values\":[\"1\",\"2\",\"3\"]", "\"values\":[\"1\",\"2\"]", "2 features");
  }

  @Test
  void refusesASetInAnotherOrder() {
    refused("[\"?\",\"NA\"]", "[\"NA\",\"?\"]", "sort its sets");
  }

  private static void refused(String part, String otherwise, String told) {
    String text = new String(SpecJson.write(SPEC), StandardCharsets.UTF_8);
    assertThat(text).contains(part);
    byte[] changed = text.replace(part, otherwise).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> SpecJson.parseSpec(changed))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining(told);
  }
}
