package org.fedledger.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

class BlobMetadataTest {

  private static final FederationId FEDERATION = FederationId.of("0x" + "fe".repeat(32));
  private static final List<BlobMetadata> ALL =
      List.of(
          new ModelMetadata(FEDERATION, Long.MAX_VALUE, Digest.NONE),
          new StateMetadata(FEDERATION, 0, Digest.of("0x" + "12".repeat(32))),
          new UpdateMetadata(
              FEDERATION,
              RoundId.of("0x" + "34".repeat(32)),
              Digest.NONE,
              Address.of("0x" + "56".repeat(20)),
              Nonce.generate(new Random(1))));

  @Test
  void shouldReadBackWhatItWrote() {
    assertThat(ALL).hasSize(BlobMetadata.class.getPermittedSubclasses().length);
    for (BlobMetadata metadata : ALL) {
      assertThat(BlobMetadata.of(metadata.toMap())).isEqualTo(metadata);
      assertThat(BlobMetadata.kindOf(metadata.toMap())).isEqualTo(metadata.kind());
    }
  }

  @Test
  void shouldWriteTheTablesForms() {
    assertThat(new ModelMetadata(FEDERATION, 12, Digest.NONE).toMap())
        .isEqualTo(
            Map.of(
                "fedledger", "1",
                "kind", "model",
                "federation", "0x" + "fe".repeat(32),
                "version", "12",
                "parent", "0x" + "00".repeat(32)));
    assertThat(ALL.get(2).toMap())
        .containsOnlyKeys("fedledger", "kind", "federation", "round", "base", "author", "nonce");
  }

  @Test
  void shouldRefuseEveryValueThatIsMissingUnknownOrMalformed() {
    for (BlobMetadata metadata : ALL) {
      for (String key : metadata.toMap().keySet()) {
        assertRefused(without(metadata, key), key);
        assertRefused(with(metadata, key, "0X" + "00".repeat(32)), key);
        assertRefused(with(metadata, key, ""), key);
      }
      assertRefused(with(metadata, "note", "hello"), "'note'");
    }
    assertRefused(with(ALL.get(0), "version", "01"), "version");
    assertRefused(with(ALL.get(0), "version", "-1"), "version");
    assertRefused(with(ALL.get(0), "version", "9223372036854775808"), "version");
    assertRefused(with(ALL.get(0), "fedledger", "2"), "fedledger must be 1");
    assertRefused(with(ALL.get(0), "kind", "masked"), "'masked'");
  }

  @Test
  void shouldTellTheKindEvenOfWhatItDoesNotKnow() {
    assertThat(BlobMetadata.kindOf(Map.of("fedledger", "1", "kind", "masked"))).isEqualTo("masked");
  }

  private static void assertRefused(Map<String, String> metadata, String what) {
    assertThatThrownBy(() -> BlobMetadata.of(metadata))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(what);
  }

  private static Map<String, String> with(BlobMetadata metadata, String key, String value) {
    Map<String, String> changed = new TreeMap<>(metadata.toMap());
    changed.put(key, value);
    return changed;
  }

  private static Map<String, String> without(BlobMetadata metadata, String key) {
    Map<String, String> changed = new TreeMap<>(metadata.toMap());
    changed.remove(key);
    return changed;
  }
}
