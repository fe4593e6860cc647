package org.fedledger.tensor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.erdtman.jcs.JsonCanonicalizer;
import org.fedledger.Mutations;
import org.junit.jupiter.api.Test;

class SafetensorsHeaderTest {

  private static final SafetensorsHeader HEADER =
      new SafetensorsHeader(
          Map.of("kind", "model", "fedledger", "1"),
          List.of(
              TensorSpec.of("layer0.weight", ElementType.F32, 2, 3),
              TensorSpec.of("layer0.bias", ElementType.F64),
              TensorSpec.of("Z", ElementType.U32, 0, 5),
              TensorSpec.of("a", ElementType.U64, 1)));

  @Test
  void shouldWriteKeysInOrderAndPadWithSpaces() {
    byte[] encoded = HEADER.encode();
    String text = new String(encoded, 8, encoded.length - 8, US_ASCII);

    assertThat(text.stripTrailing())
        .isEqualTo(
            "{\"Z\":{\"data_offsets\":[0,0],\"dtype\":\"U32\",\"shape\":[0,5]},"
                + "\"__metadata__\":{\"fedledger\":\"1\",\"kind\":\"model\"},"
                + "\"a\":{\"data_offsets\":[0,8],\"dtype\":\"U64\",\"shape\":[1]},"
                + "\"layer0.bias\":{\"data_offsets\":[8,16],\"dtype\":\"F64\",\"shape\":[]},"
                + "\"layer0.weight\":{\"data_offsets\":[16,40],\"dtype\":\"F32\",\"shape\":[2,3]}}");
    assertThat(encoded.length % 8).isZero();
    assertThat(ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN).getLong())
        .isEqualTo(encoded.length - 8);
    assertThat(HEADER.dataSize()).isEqualTo(40);
  }

  @Test
  void shouldWriteTheSameBytesWhereDigitsAreOthers() {
    byte[] here = HEADER.encode();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(HEADER.encode()).isEqualTo(here);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Property(tries = 300)
  void shouldReadBackWhatItWrote(@ForAll("headers") SafetensorsHeader header) {
    byte[] encoded = header.encode();

    assertThat(SafetensorsHeader.parse(encoded, encoded.length + header.dataSize()))
        .isEqualTo(header);
  }

  @Property(tries = 300)
  void shouldWriteCanonicalJson(@ForAll("headers") SafetensorsHeader header) throws Exception {
    String json = header.toString();

    assertThat(new JsonCanonicalizer(json).getEncodedString()).isEqualTo(json);
    assertThat(header.encode()).startsWith(lengthField(json.length() + 7 & ~7));
  }

  @Property(tries = 3000)
  void shouldReadOnlyWhatItWouldWriteOrRefuseByName(
      @ForAll("headers") SafetensorsHeader header, @ForAll long seed) {
    byte[] mutated = Mutations.of(header.encode(), seed);
    try {
      byte[] again = SafetensorsHeader.parse(mutated, mutated.length + header.dataSize()).encode();
      assertThat(again).isEqualTo(mutated);
    } catch (MalformedFileException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  /**
   * Changed where it hurts: the length field is kept right, so that the damage reaches the JSON.
   */
  @Property(tries = 3000)
  void shouldReadOnlyWhatItWouldWriteWhereTheJsonIsDamaged(
      @ForAll("headers") SafetensorsHeader header, @ForAll long seed) {
    byte[] json = Mutations.of(header.toString().getBytes(US_ASCII), seed);
    byte[] damaged = withLength(json);
    try {
      byte[] again = SafetensorsHeader.parse(damaged, damaged.length + header.dataSize()).encode();
      assertThat(again).isEqualTo(damaged);
    } catch (MalformedFileException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  @Test
  void shouldRefuseWhatIsTruncatedOrClaimsTooMuch() {
    assertRefused(new byte[0], 0, "truncated: 0 bytes");
    assertRefused(new byte[7], 7, "truncated: 7 bytes");
    assertRefused(lengthField(8), 15, "truncated: the header claims 8 bytes");
    assertRefused(lengthField(-1), 1 << 20, "claims 18446744073709551615 bytes");
    assertRefused(lengthField(Long.MIN_VALUE), 1 << 20, "at most 16777216");
    assertRefused(lengthField((16 << 20) + 1), 1L << 40, "at most 16777216");
    assertRefused(HEADER.encode(), HEADER.encode().length + 39, "truncated: the tensors take 40");
    assertRefused(HEADER.encode(), HEADER.encode().length + 41, "too long: the tensors take 40");
  }

  @Test
  void shouldRefuseHostileTensors() {
    assertJsonRefused("{'a':{'data_offsets':[0,4],'dtype':'F32','shape':[2]}}", 4, "takes 8 bytes");
    assertJsonRefused("{'a':{'data_offsets':[4,0],'dtype':'F32','shape':[1]}}", 4, "takes 4 bytes");
    assertJsonRefused("{'a':{'data_offsets':[-4,0],'dtype':'F32','shape':[1]}}", 4, "outside 0 to");
    assertJsonRefused("{'a':{'data_offsets':[0,4],'dtype':'F32','shape':[-1]}}", 4, "outside 0 to");
    assertJsonRefused(
        "{'a':{'data_offsets':[0,9007199254740992],'dtype':'F32','shape':[1]}}", 4, "outside 0 to");
    assertJsonRefused(
        "{'a':{'data_offsets':[0,99999999999999999999],'dtype':'F32','shape':[1]}}",
        4,
        "outside 0 to");
    assertJsonRefused(
        "{'a':{'data_offsets':[0,4.0],'dtype':'F32','shape':[1]}}", 4, "array of integers");
    assertJsonRefused(
        "{'a':{'data_offsets':[0,4],'dtype':'F32','shape':[4294967296,4294967296]}}",
        4,
        "larger than 2^53-1");
    assertJsonRefused(
        "{'a':{'data_offsets':[0,0],'dtype':'F32','shape':[4294967296,4294967296,0]}}",
        0,
        "larger than 2^53-1");
    assertJsonRefused(
        "{'a':{'data_offsets':[0,4],'dtype':'F32','shape':[" + "1,".repeat(32) + "1]}}",
        4,
        "dimensions");
    assertJsonRefused(
        "{'a':{'data_offsets':[0,4,8],'dtype':'F32','shape':[1]}}", 4, "begin and end");
    assertJsonRefused(
        "{'a':{'data_offsets':[0,4],'dtype':'I32','shape':[1]}}", 4, "'I32' is unknown");
    assertJsonRefused("{'a':{'data_offsets':[0,4],'dtype':'F32'}}", 4, "lacks");
    assertJsonRefused(
        "{'a':{'data_offsets':[0,4],'dtype':'F32','shape':[1],'x':1}}", 4, "a member other than");
    assertJsonRefused("{'a':[]}", 0, "an object belongs");
    assertJsonRefused(
        "{'a':{'data_offsets':{},'dtype':'F32','shape':[1]}}", 4, "array of integers");
    assertJsonRefused(
        "{'a b':{'data_offsets':[0,4],'dtype':'F32','shape':[1]}}", 4, "tensor's name");
    assertJsonRefused("{'':{'data_offsets':[0,4],'dtype':'F32','shape':[1]}}", 4, "tensor's name");
  }

  @Test
  void shouldRefuseOverlapsGapsAndDuplicates() {
    String a = "'a':{'data_offsets':[0,4],'dtype':'F32','shape':[1]}";

    assertJsonRefused(
        "{" + a + ",'b':{'data_offsets':[0,4],'dtype':'F32','shape':[1]}}", 4, "inside another");
    assertJsonRefused(
        "{" + a + ",'b':{'data_offsets':[3,7],'dtype':'F32','shape':[1]}}", 7, "inside another");
    assertJsonRefused(
        "{" + a + ",'b':{'data_offsets':[5,9],'dtype':'F32','shape':[1]}}", 9, "leaving a gap");
    assertJsonRefused(
        "{" + a + ",'b':{'data_offsets':[2,2],'dtype':'F32','shape':[0]}}", 4, "inside another");
    assertJsonRefused(
        "{" + a + ",'b':{'data_offsets':[5,5],'dtype':'F32','shape':[0]}}", 4, "leaving a gap");
    assertJsonRefused("{" + a + "," + a + "}", 4, "Duplicate field 'a'");
    assertJsonRefused("{'__metadata__':{'k':'1','k':'1'}," + a + "}", 4, "Duplicate field 'k'");
    assertJsonRefused("{'__metadata__':{},'__metadata__':{}}", 0, "Duplicate field");
    assertJsonRefused(
        "{'a':{'data_offsets':[0,4],'dtype':'F32','dtype':'F32','shape':[1]}}",
        4,
        "Duplicate field");
  }

  @Test
  void shouldRefuseForeignForms() {
    assertJsonRefused(
        "{'b':{'data_offsets':[0,4],'dtype':'F32','shape':[1]},'a':{'data_offsets':[4,8],'dtype':'F32','shape':[1]}}",
        8,
        "not canonical");
    assertJsonRefused("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", 4, "not canonical");
    assertJsonRefused(
        "{'a':{'data_offsets':[4,8],'dtype':'F32','shape':[1]},'b':{'data_offsets':[0,4],'dtype':'F32','shape':[1]}}",
        8,
        "not canonical");
    assertJsonRefused("{'a':{'data_offsets':[0,2],'dtype':'F16','shape':[1]}}", 2, "not canonical");
    assertJsonRefused("{'__metadata__':{}}", 0, "not canonical");
    assertJsonRefused("{'__metadata__':{'k':'\u00e9'}}", 0, "not printable ASCII");
    assertJsonRefused("{'__metadata__':{'k':'\\u0041'}}", 0, "not canonical");
    assertJsonRefused("{'__metadata__':{'k':1}}", 0, "object of strings");
    assertJsonRefused("{'__metadata__':[]}", 0, "object of strings");
    assertJsonRefused(" {}", 0, "does not begin with {");
    assertJsonRefused("[]", 0, "does not begin with {");
    assertJsonRefused("", 0, "does not begin with {");
    assertJsonRefused("{}\t", 0, "followed by more than spaces");
    assertJsonRefused("{}{}", 0, "followed by more than spaces");
    assertJsonRefused("{", 0, "not JSON");
    assertJsonRefused("{'a':".repeat(100), 0, "a member other than");
    assertJsonRefused("{'a':{'shape':[[[[".repeat(100), 0, "nesting depth");
    assertRefused(withLength("{}              ".getBytes(US_ASCII)), 24, "not canonical");
    assertRefused(withLength("{}".getBytes(US_ASCII)), 10, "not canonical");
    assertRefused(withLength(new byte[] {'{', '"', (byte) 0xff}), 11, "not UTF-8");
  }

  @Test
  void shouldTakeAFileWithoutTensorsOrMetadata() {
    byte[] empty = withLength("{}      ".getBytes(US_ASCII));

    assertThat(SafetensorsHeader.parse(empty, 16).tensors()).isEmpty();
  }

  @Test
  void shouldRefuseAHeaderAboveItsBound() {
    SafetensorsHeader large =
        new SafetensorsHeader(Map.of("k", "x".repeat(SafetensorsHeader.MAX_BYTES)), List.of());

    assertThatThrownBy(large::encode)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 16777216");
  }

  @Test
  void shouldRefuseToBeMadeOfWhatItCannotHold() {
    TensorSpec a = TensorSpec.of("a", ElementType.F32);

    assertUnmakeable(Map.of(), List.of(a, a), "two tensors are named a");
    assertUnmakeable(Map.of(), List.of(TensorSpec.of("a", ElementType.BF16)), "BF16");
    assertUnmakeable(Map.of("k", "\n"), List.of(), "printable ASCII");
    assertUnmakeable(Map.of("k k", ""), List.of(), "metadata key");
    TensorSpec huge = TensorSpec.of("b", ElementType.F32, 1L << 50);
    assertUnmakeable(
        Map.of(), List.of(huge, TensorSpec.of("c", ElementType.F32, 1L << 50)), "2^53-1");
    assertThatThrownBy(() -> TensorSpec.of("__metadata__", ElementType.F32))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TensorSpec.of("a", ElementType.F32, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TensorSpec.of("x".repeat(257), ElementType.F32))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Provide
  static Arbitrary<SafetensorsHeader> headers() {
    Arbitrary<String> names =
        Arbitraries.strings().withChars("AZaz09._/-").ofMinLength(1).ofMaxLength(12);
    Arbitrary<String> values = Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(12);
    Arbitrary<List<Long>> shapes = Arbitraries.longs().between(0, 5).list().ofMaxSize(4);
    Arbitrary<ElementType> types =
        Arbitraries.of(ElementType.F32, ElementType.F64, ElementType.U32, ElementType.U64);
    Arbitrary<List<TensorSpec>> tensors =
        Combinators.combine(names, types, shapes)
            .as(TensorSpec::new)
            .list()
            .ofMaxSize(6)
            .uniqueElements(TensorSpec::name);
    return Combinators.combine(Arbitraries.maps(names, values).ofMaxSize(4), tensors)
        .as((metadata, specs) -> new SafetensorsHeader(new TreeMap<>(metadata), specs));
  }

  private static void assertUnmakeable(
      Map<String, String> metadata, List<TensorSpec> tensors, String why) {
    assertThatThrownBy(() -> new SafetensorsHeader(metadata, tensors))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static void assertJsonRefused(String json, long dataSize, String why) {
    byte[] bytes = json.replace('\'', '"').getBytes(UTF_8);
    byte[] padded = Arrays.copyOf(bytes, bytes.length + 7 & ~7);
    Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
    assertRefused(withLength(padded), 8 + padded.length + dataSize, why);
  }

  private static void assertRefused(byte[] prefix, long fileSize, String why) {
    assertThatThrownBy(() -> SafetensorsHeader.parse(prefix, fileSize))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(why);
  }

  private static byte[] withLength(byte[] json) {
    return ByteBuffer.allocate(8 + json.length).put(lengthField(json.length)).put(json).array();
  }

  private static byte[] lengthField(long length) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }
}
