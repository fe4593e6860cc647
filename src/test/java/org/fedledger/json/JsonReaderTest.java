package org.fedledger.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.function.Consumer;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;

class JsonReaderTest {

  @Test
  void shouldReadMembersOfEveryKind() {
    String digest = "0x" + "ab".repeat(32);
    JsonReader plan =
        plan(
            "{\"cap\":\"18446744073709551615\",\"digests\":[\"%s\"],\"flag\":true,"
                    .formatted(digest)
                + "\"rule\":{\"serverRate\":0.5},\"rules\":[{\"name\":\"fedavg\"}],"
                + "\"shape\":[3,4],\"size\":7,\"wei\":\"115792089237316195423570985008687907853269984665640564039457584007913129639935\"}");

    assertThat(plan.uint64("cap")).isEqualTo(-1);
    assertThat(plan.uint64("size")).isEqualTo(7);
    assertThat(plan.texts("digests", Digest::of)).containsExactly(Digest.of(digest));
    assertThat(plan.flag("flag")).isTrue();
    assertThat(plan.object("rule").number("serverRate", 0, 1)).isEqualTo(0.5);
    assertThat(plan.objects("rules", rule -> rule.text("name"))).containsExactly("fedavg");
    assertThat(plan.integers("shape", 0, 10)).isEqualTo(List.of(3L, 4L));
    assertThat(plan.decimal("wei", BigInteger.TWO.pow(256))).isGreaterThan(BigInteger.TWO.pow(255));
    assertThat(plan.optional("clip", JsonReader::text)).isEmpty();
    assertThat(plan.keys()).startsWith("cap", "digests").hasSize(8);
    plan.end();
  }

  @Test
  void shouldNameThePathOfWhatIsWrong() {
    assertRefused("{}", plan -> plan.text("a"), "plan.a: missing");
    assertRefused("{\"a\":1}", JsonReader::end, "plan.a: unknown member");
    assertRefused("{\"a\":1}", plan -> plan.text("a"), "plan.a: a string belongs here, not 1");
    assertRefused(
        "{\"a\":[]}", plan -> plan.object("a"), "plan.a: an object belongs here, not an array");
    assertRefused(
        "{\"a\":null}", plan -> plan.flag("a"), "plan.a: true or false belongs here, not null");
    assertRefused(
        "{\"a\":1.5}",
        plan -> plan.integer("a", 0, 9),
        "plan.a: a whole number belongs here, not 1.5");
    assertRefused(
        "{\"a\":10}",
        plan -> plan.integer("a", 0, 9),
        "plan.a: a whole number from 0 to 9 belongs here, not 10");
    assertRefused(
        "{\"a\":-1}", plan -> plan.integer("a", 0, 9), "plan.a: a whole number from 0 to 9");
    assertRefused(
        "{\"a\":{\"b\":2}}",
        plan -> plan.object("a").number("b", 0, 1),
        "plan.a.b: a number from 0.0 to 1.0 belongs here, not 2.0");
    assertRefused(
        "{\"a\":[{\"b\":\"\"}]}",
        plan -> plan.objects("a", one -> one.flag("b")),
        "plan.a[0].b: true or false belongs here, not a string");
    assertRefused(
        "{\"a\":[\"0x\"]}",
        plan -> plan.texts("a", Digest::of),
        "plan.a[0]: a digest is 0x and 64");
    assertRefused(
        "{\"a\":\"0x\"}", plan -> plan.text("a", Digest::of), "plan.a: a digest is 0x and 64");
    assertRefused(
        "{\"a\":[1,false]}",
        plan -> plan.integers("a", 0, 9),
        "plan.a[1]: a whole number belongs here, not false");
    assertRefused(
        "{\"a\":\"1\"}", plan -> plan.integers("a", 0, 9), "plan.a: an array belongs here");
    assertRefused("{\"a\":\"7\"}", plan -> plan.uint64("a"), "plan.a: up to 2^53-1");
    assertRefused(
        "{\"a\":\"18446744073709551616\"}",
        plan -> plan.uint64("a"),
        "plan.a: at most 18446744073709551615");
    assertRefused(
        "{\"a\":\"07\"}", plan -> plan.decimal("a", BigInteger.TEN), "plan.a: a decimal string");
    assertRefused(
        "{\"a\":-1}",
        plan -> plan.uint64("a"),
        "plan.a: a whole number from 0 to 9007199254740991");
  }

  private static void assertRefused(String json, Consumer<JsonReader> reading, String message) {
    assertThatThrownBy(() -> reading.accept(plan(json)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageStartingWith(message);
  }

  private static JsonReader plan(String json) {
    return JsonReader.of("plan", CanonicalJson.parse(json.getBytes(UTF_8)));
  }
}
