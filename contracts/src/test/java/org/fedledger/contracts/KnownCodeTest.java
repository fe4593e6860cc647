package org.fedledger.contracts;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Beside the present build's contract stands another, real one, as that of a release. */
final class KnownCodeTest {

  private final List<KnownCode> known = KnownCode.all();

  @Test
  void knowsThePresentBuildAndEveryRelease() {
    assertThat(known)
        .extracting(KnownCode::name)
        .containsExactly(KnownCode.PRESENT, "release former's");
  }

  @Test
  void takesARelease_whateverItsImmutables() throws IOException {
    KnownCode former = known.getLast();
    byte[] deployed = code("former-runtime.hex");
    KnownCode.Span immutable = former.immutables().getFirst();
    for (int i = 0; i < immutable.length(); i++) {
      deployed[immutable.start() + i] = (byte) (i + 1);
    }

    assertThat(former.runsAs(deployed)).isTrue();
    assertThat(known.getFirst().runsAs(deployed)).isFalse();
  }

  @Test
  void refusesCodeThatDiffersInAnyOtherByte() throws IOException {
    KnownCode former = known.getLast();
    byte[] code = code("former-runtime.hex");
    for (int at = 0; at < code.length; at++) {
      byte[] changed = code.clone();
      changed[at] ^= 1;
      int place = at;
      boolean masked =
          former.immutables().stream()
              .anyMatch(s -> place >= s.start() && place < s.start() + s.length());
      assertThat(former.runsAs(changed)).as("byte %d", at).isEqualTo(masked);
    }
  }

  @Test
  void takesACreation_withTheSetupThatFollows_andNoOther() throws IOException {
    KnownCode former = known.getLast();
    byte[] creation = code("former-creation.hex");
    byte[] sent = java.util.Arrays.copyOf(creation, creation.length + 32);

    assertThat(former.isCreatedBy(sent)).isTrue();
    assertThat(known.getFirst().isCreatedBy(sent)).isFalse();
    sent[creation.length - 1] ^= 1;
    assertThat(former.isCreatedBy(sent)).isFalse();
    assertThat(former.isCreatedBy(java.util.Arrays.copyOf(creation, creation.length - 1)))
        .isFalse();
  }

  private static byte[] code(String file) throws IOException {
    try (InputStream in = KnownCodeTest.class.getResourceAsStream(file)) {
      return HexFormat.of().parseHex(new String(in.readAllBytes(), US_ASCII).strip());
    }
  }
}
