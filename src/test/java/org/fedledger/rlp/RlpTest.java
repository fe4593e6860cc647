package org.fedledger.rlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.fedledger.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RlpTest {

  /** Examples of the encoding's description. */
  @Test
  void encodesTheKnownExamples() {
    assertThat(hex(word("dog"))).isEqualTo("83646f67");
    assertThat(hex(Rlp.list(word("cat"), word("dog")))).isEqualTo("c88363617483646f67");
    assertThat(hex(word(""))).isEqualTo("80");
    assertThat(hex(Rlp.list())).isEqualTo("c0");
    assertThat(hex(Rlp.number(0))).isEqualTo("80");
    assertThat(hex(Rlp.number(15))).isEqualTo("0f");
    assertThat(hex(Rlp.number(1024))).isEqualTo("820400");
    assertThat(
            hex(
                Rlp.list(
                    Rlp.list(), Rlp.list(Rlp.list()), Rlp.list(Rlp.list(), Rlp.list(Rlp.list())))))
        .isEqualTo("c7c0c1c0c3c0c1c0");
    assertThat(hex(word("Lorem ipsum dolor sit amet, consectetur adipisicing elit")))
        .startsWith("b8384c6f72656d")
        .hasSize(2 * 58);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "8100", // a small byte with a prefix
        "817f",
        "b801ff", // a short length apart
        "b800",
        "b90001ff", // a length with a leading zero
        "83646f", // cut short
        "83646f6767", // more after it
        "c883636174836",
        "c2",
        "c183", // an item beyond its list
        "f80180",
        "bfffffffffffffffff",
        "ffffffffffffffffff",
      })
  void refusesWhatIsNotTheOneEncoding(String hex) {
    String even = hex.length() % 2 == 0 ? hex : hex + "0";
    assertThatThrownBy(() -> Rlp.decode(HexFormat.of().parseHex(even)))
        .isInstanceOf(MalformedRlpException.class);
  }

  @Test
  void refusesEndlessNesting() {
    byte[] nested = new byte[] {(byte) 0xc0};
    for (int i = 0; i < Rlp.MAX_DEPTH; i++) {
      nested = Rlp.list(Rlp.decode(nested)).encode();
    }
    byte[] deepest = nested;
    assertThat(Rlp.decode(deepest).encode()).isEqualTo(deepest);
    assertThatThrownBy(() -> Rlp.decode(Rlp.list(Rlp.decode(deepest)).encode()))
        .hasMessageContaining("nested");
  }

  @Test
  void refusesCountlessItems() {
    byte[] payload = new byte[Rlp.MAX_ITEMS];
    Arrays.fill(payload, (byte) 0xc0);
    byte[] counted =
        ByteBuffer.allocate(4 + payload.length).putInt(0xfa000000).put(payload).array();
    counted[1] = (byte) (payload.length >> 16);
    assertThatThrownBy(() -> Rlp.decode(counted)).hasMessageContaining("4194304 items");
    byte[] most = Rlp.list(Rlp.text(payload), Rlp.list()).encode();
    assertThat(Rlp.decode(most).encode()).as("bytes are one item").isEqualTo(most);
  }

  @Test
  void readsNumbersInTheirOneForm() {
    assertThatThrownBy(() -> Rlp.text(new byte[] {0, 1}).number())
        .hasMessageContaining("leading zero");
    assertThatThrownBy(() -> Rlp.text(new byte[] {-1, 0, 0, 0, 0, 0, 0, 0}).number())
        .hasMessageContaining("2^63");
    assertThatThrownBy(() -> Rlp.number(-1)).hasMessageContaining("negative");
  }

  @Property
  void readsBackTheNumberThatItWrote(@ForAll @LongRange(min = 0) long number) {
    assertThat(Rlp.decode(Rlp.number(number).encode()).asText("it").number()).isEqualTo(number);
  }

  @Property
  void readsBackWhatItWrote(@ForAll("items") Rlp item) {
    assertThat(Rlp.decode(item.encode())).isEqualTo(item);
  }

  @Property
  void writesBackWhatItReadOrRefuses(@ForAll("items") Rlp item, @ForAll long seed) {
    byte[] damaged = Mutations.of(item.encode(), seed);
    try {
      assertThat(Rlp.decode(damaged).encode()).isEqualTo(damaged);
    } catch (MalformedRlpException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<Rlp> items() {
    Arbitrary<Rlp> texts = Arbitraries.bytes().array(byte[].class).ofMaxSize(70).map(Rlp::text);
    return Arbitraries.recursive(
        () -> texts,
        inner ->
            Arbitraries.oneOf(
                texts, inner.list().ofMaxSize(5).map((List<Rlp> list) -> Rlp.list(list))),
        0,
        4);
  }

  private static Rlp word(String text) {
    return Rlp.text(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String hex(Rlp item) {
    byte[] encoded = item.encode();
    assertThat(Arrays.equals(Rlp.decode(encoded).encode(), encoded)).isTrue();
    return HexFormat.of().formatHex(encoded);
  }
}
