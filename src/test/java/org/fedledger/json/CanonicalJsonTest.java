package org.fedledger.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.fedledger.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Test
  void shouldWriteTheExampleOfTheStandard() {
    // RFC 8785, 3.2.2, without its numbers beyond 2^53-1.
    ObjectNode tree = NODES.objectNode();
    tree.putArray("numbers").add(4.50).add(2e-3).add(1e-27).add(-0.0).add(9007199254740991L);
    tree.put("string", "€$\u000f\nA'B\"\\\\\"/");
    tree.putArray("literals").addNull().add(true).add(false);

    assertThat(new String(CanonicalJson.write(tree), UTF_8))
        .isEqualTo(
            "{\"literals\":[null,true,false],\"numbers\":[4.5,0.002,1e-27,0,9007199254740991],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @Test
  void shouldSortKeysByTheirUtf16Units() {
    ObjectNode tree = NODES.objectNode();
    for (String key : new String[] {"€", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "ö"}) {
      tree.put(key, 0);
    }

    assertThat(CanonicalJson.parse(CanonicalJson.write(tree)).fieldNames())
        .toIterable()
        .containsExactly("\r", "1", "\u0080", "ö", "€", "\ud83d\ude00", "\ufb33");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "1",
        "\"text\"",
        "{",
        "{}{}",
        "{} ",
        " {}",
        "{\"b\":1,\"a\":1}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{\"a\": 1}",
        "{a:1}",
        "[1,]",
        "[1.0]",
        "[-0]",
        "[1e2]",
        "[1E21]",
        "[0.1e1]",
        "[01]",
        "[NaN]",
        "[1e999]",
        "[1e-999]",
        "[9007199254740992]",
        "[-9007199254740992]",
        "[9007199254740993]",
        "[1e+21]",
        "[123456789012345678901234567890]",
        "[\"\\u0041\"]",
        "[\"\\/\"]",
        "[\"\\u000A\"]",
        "[\"\\ud800\"]",
        "[\"\\ud83d\\ude00\"]",
        "[\"\t\"]",
        "[/* */]",
        "['a']",
        "\ufeff{}"
      })
  void shouldRefuseWhatIsNotCanonical(String text) {
    assertThatThrownBy(() -> CanonicalJson.parse(text.getBytes(UTF_8)))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void shouldRefuseOtherEncodings() {
    for (byte[] bytes :
        new byte[][] {
          "{}".getBytes(StandardCharsets.UTF_16BE),
          "{}".getBytes(StandardCharsets.UTF_16LE),
          {'[', '"', (byte) 0xc0, (byte) 0x80, '"', ']'},
          {'[', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ']'},
          {'[', '"', (byte) 0xff, '"', ']'}
        }) {
      assertThatThrownBy(() -> CanonicalJson.parse(bytes))
          .isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void shouldTakeExactlyThirtyTwoLevels() {
    assertThat(CanonicalJson.parse(nested(32))).isNotNull();
    assertThatThrownBy(() -> CanonicalJson.parse(nested(33)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("epth");
    assertThatThrownBy(() -> CanonicalJson.parse(nested(500_000)))
        .isInstanceOf(MalformedJsonException.class);
    ArrayNode tree = NODES.arrayNode();
    for (int i = 1; i < 33; i++) {
      tree = NODES.arrayNode().add(tree);
    }
    JsonNode tooDeep = tree;
    assertThatThrownBy(() -> CanonicalJson.write(tooDeep))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("deeper than 32 levels");
  }

  @Test
  void shouldTakeExactlyOneMebibyte() {
    byte[] largest = ("[\"" + "a".repeat((1 << 20) - 4) + "\"]").getBytes(UTF_8);
    byte[] larger = ("[\"" + "a".repeat((1 << 20) - 3) + "\"]").getBytes(UTF_8);

    assertThat(CanonicalJson.write(CanonicalJson.parse(largest))).isEqualTo(largest);
    assertThatThrownBy(() -> CanonicalJson.parse(larger))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("1048576");
    JsonNode tree = NODES.arrayNode().add("a".repeat((1 << 20) - 3));
    assertThatThrownBy(() -> CanonicalJson.write(tree)).isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void shouldRefuseToWriteWhatItCouldNotRead() {
    assertUnwritable(NODES.objectNode().put("a", Double.NaN));
    assertUnwritable(NODES.objectNode().put("a", Double.POSITIVE_INFINITY));
    assertUnwritable(NODES.objectNode().put("a", 1L << 53));
    assertUnwritable(NODES.objectNode().put("a", Long.MIN_VALUE));
    assertUnwritable(NODES.objectNode().put("a", 1e21));
    assertUnwritable(NODES.objectNode().put("a", 0.1f));
    assertUnwritable(NODES.objectNode().put("a", BigInteger.TWO.pow(64)));
    assertUnwritable(NODES.objectNode().put("a", new BigDecimal("0.1")));
    assertUnwritable(NODES.objectNode().put("a", new byte[1]));
    assertUnwritable(NODES.objectNode().putPOJO("a", new Object()));
    assertUnwritable(NODES.objectNode().put("a", "\ud800"));
    assertUnwritable(NODES.objectNode().put("\udc00", 1));
    assertUnwritable(NODES.numberNode(1));
  }

  /** ECMAScript's examples, RFC 8785 appendix B, as far as they are below 2^53. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000,0",
    "8000000000000000,0",
    "0000000000000001,5e-324",
    "8000000000000001,-5e-324",
    "3e7ad7f29abcaf48,1e-7",
    "3eb0c6f7a0b5ed8c,9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d,0.000001",
    "41b3de4355555553,333333333.3333332",
    "41b3de4355555554,333333333.33333325",
    "41b3de4355555556,333333333.3333334",
    "41b3de4355555557,333333333.33333343",
    "becbf647612f3696,-0.0000033333333333333333"
  })
  void shouldWriteNumbersAsEcmaScriptDoes(String bits, String text) {
    double number = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));

    assertThat(new String(CanonicalJson.write(NODES.arrayNode().add(number)), UTF_8))
        .isEqualTo("[" + text + "]");
  }

  @Property(tries = 5000)
  void shouldWriteFractionsAsShortAsTheJdkDoes(@ForAll("fractions") double number) {
    String text = new String(CanonicalJson.write(NODES.arrayNode().add(number)), UTF_8);

    BigDecimal written = new BigDecimal(text.substring(1, text.length() - 1));
    assertThat(written.doubleValue()).isEqualTo(number);
    if (written.stripTrailingZeros().precision() > 1) { // The JDK never writes a single digit.
      assertThat(written).isEqualByComparingTo(new BigDecimal(Double.toString(number)));
    }
  }

  @Property
  void shouldReadBackWhatItWrote(@ForAll("documents") JsonNode tree) {
    byte[] written = CanonicalJson.write(tree);

    assertThat(CanonicalJson.parse(written)).isEqualTo(tree);
    assertThat(CanonicalJson.write(CanonicalJson.parse(written))).isEqualTo(written);
  }

  @Property
  void shouldReadOnlyWhatItWouldWriteOrRefuseByName(
      @ForAll("documents") JsonNode tree, @ForAll long seed) {
    byte[] mutated = Mutations.of(CanonicalJson.write(tree), seed);
    try {
      assertThat(CanonicalJson.write(CanonicalJson.parse(mutated))).isEqualTo(mutated);
    } catch (MalformedJsonException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }

  @Provide
  Arbitrary<JsonNode> documents() {
    return Arbitraries.lazyOf(this::objects, this::arrays);
  }

  private Arbitrary<JsonNode> objects() {
    return Arbitraries.maps(texts(), values())
        .ofMaxSize(5)
        .map(members -> NODES.objectNode().setAll(Map.copyOf(members)));
  }

  private Arbitrary<JsonNode> arrays() {
    return values().list().ofMaxSize(5).map(values -> NODES.arrayNode().addAll(values));
  }

  private Arbitrary<JsonNode> values() {
    return Arbitraries.frequencyOf(
        Tuple.of(1, Arbitraries.lazy(this::documents)),
        Tuple.of(2, texts().map(NODES::textNode)),
        Tuple.of(
            2,
            Arbitraries.longs()
                .between(-CanonicalJson.MAX_INTEGER, CanonicalJson.MAX_INTEGER)
                .map(
                    value ->
                        value == value.intValue()
                            ? NODES.numberNode(value.intValue())
                            : NODES.numberNode(value.longValue()))),
        Tuple.of(2, fractions().map(NODES::numberNode)),
        Tuple.of(1, Arbitraries.of(NODES.nullNode(), NODES.booleanNode(true))));
  }

  /** Numbers of every magnitude that are not whole. */
  @Provide
  Arbitrary<Double> fractions() {
    return Arbitraries.longs()
        .map(bits -> Double.longBitsToDouble(bits & ~(1L << 62) | bits & 0x3fL << 52))
        .filter(value -> Double.isFinite(value) && Math.abs(value) < 0x1p52)
        .filter(value -> value != Math.rint(value));
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .all()
        .ofMaxLength(8)
        .filter(text -> UTF_8.newEncoder().canEncode(text));
  }

  private static void assertUnwritable(JsonNode tree) {
    assertThatThrownBy(() -> CanonicalJson.write(tree)).isInstanceOf(MalformedJsonException.class);
  }

  private static byte[] nested(int levels) {
    return ("[".repeat(levels) + "]".repeat(levels)).getBytes(UTF_8);
  }

  @Test
  void readsNoFileThatIsTooLongForADocument(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("document");
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(3L << 30);
    }
    assertThatThrownBy(() -> CanonicalJson.content(file))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("more than %d bytes".formatted(CanonicalJson.MAX_BYTES));
  }
}
