package org.fedledger.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Keccak256Test {

  @Test
  void shouldGiveThePublishedHashes() {
    assertThat(hex(Keccak256.hash()))
        .isEqualTo("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    assertThat(hex(Keccak256.hash("abc".getBytes(US_ASCII))))
        .isEqualTo("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  }

  @Test
  void shouldHashPartsAsOneText() {
    assertThat(Keccak256.hash("a".getBytes(US_ASCII), "bc".getBytes(US_ASCII)))
        .isEqualTo(Keccak256.hash("abc".getBytes(US_ASCII)));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
