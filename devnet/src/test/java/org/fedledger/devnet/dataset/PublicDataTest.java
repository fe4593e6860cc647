package org.fedledger.devnet.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicDataTest {

  private static final byte[] CONTENT = "the content meant".getBytes(StandardCharsets.US_ASCII);

  private static final KnownFile PLAIN =
      new KnownFile("plain.data", CONTENT.length, Digest.ofContent(CONTENT));
  private static final KnownFile PACKED =
      new KnownFile("packed.gz", CONTENT.length, Digest.ofContent(CONTENT));
  private static final PublicData DATA =
      new PublicData(
          "Some Data", "https://example.org/data", "CC BY", List.of(PLAIN, PACKED), "as it is");

  @TempDir Path folder;

  @Test
  void shouldReadPlainAndPackedFilesThatAreTheOnesMeant() throws Exception {
    Files.write(folder.resolve(PLAIN.name()), CONTENT);
    pack(CONTENT);

    assertThat(DATA.read(Optional.of(folder)))
        .containsEntry(PLAIN.name(), CONTENT)
        .containsEntry(PACKED.name(), CONTENT);
  }

  @Test
  void shouldSayWhatToFetchFromWhereAndHowItIsChecked() {
    for (Optional<Path> none : List.of(Optional.<Path>empty(), Optional.of(folder))) {
      assertThatThrownBy(() -> DATA.read(none))
          .isInstanceOf(DataUnavailableException.class)
          .hasMessageContaining("Some Data")
          .hasMessageContaining("https://example.org/data")
          .hasMessageContaining("--data")
          .hasMessageContaining("as it is")
          .hasMessageContaining("plain.data (17 bytes, SHA-256 " + PLAIN.digest().hex())
          .hasMessageContaining("packed.gz (17 bytes unpacked, SHA-256");
    }
  }

  @Test
  void shouldRefuseOneChangedByte() throws IOException {
    byte[] changed = CONTENT.clone();
    changed[3] ^= 1;
    Files.write(folder.resolve(PLAIN.name()), changed);

    assertThatThrownBy(() -> PLAIN.read(folder))
        .isInstanceOf(DataUnavailableException.class)
        .hasMessageContaining("is not the file meant")
        .hasMessageContaining(Digest.ofContent(changed).hex())
        .hasMessageContaining(PLAIN.digest().hex());
  }

  @Test
  void shouldRefuseWhatIsCutShort() throws IOException {
    Files.write(folder.resolve(PLAIN.name()), new byte[3]);

    assertThatThrownBy(() -> PLAIN.read(folder)).hasMessageContaining("it holds 3 bytes");
  }

  @Test
  void shouldStopUnpackingAtTheSizeExpected() throws IOException {
    pack(new byte[1 << 20]);

    assertThatThrownBy(() -> PACKED.read(folder)).hasMessageContaining("more than 17 bytes");
  }

  @Test
  void shouldRefuseWhatIsNotPackedAtAll() throws IOException {
    Files.write(folder.resolve(PACKED.name()), CONTENT);

    assertThatThrownBy(() -> PACKED.read(folder))
        .isInstanceOf(DataUnavailableException.class)
        .hasMessageContaining("cannot be read");
  }

  private void pack(byte[] content) throws IOException {
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve(PACKED.name())))) {
      out.write(content);
    }
  }
}
