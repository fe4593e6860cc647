package org.fedledger.devnet.besu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.fedledger.devnet.besu.Archives.Content;
import org.fedledger.devnet.besu.Unpacker.BadArchiveException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that an archive says makes a file outside of the folder, or more than was allowed. */
class UnpackerTest {

  @TempDir private Path temporary;
  private Path folder;

  enum Form {
    TAR_GZ {
      @Override
      Path write(Path file, Content content) throws IOException {
        return Archives.tarGz(file, content);
      }
    },
    ZIP {
      @Override
      Path write(Path file, Content content) throws IOException {
        return Archives.zip(file, content);
      }
    };

    abstract Path write(Path file, Content content) throws IOException;
  }

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("into"));
  }

  @ParameterizedTest
  @EnumSource
  void unpacksAReleaseWithWhatMayBeExecuted(Form form) throws IOException {
    Unpacker.unpack(archive(form, Archives::release), folder);

    Path home = folder.resolve("besu-26.9.0");
    assertThat(home.resolve("bin/besu")).hasContent(Archives.SCRIPT).isExecutable();
    assertThat(Files.isExecutable(home.resolve("LICENSE"))).isFalse();
    assertThat(BesuInstallation.in(home, "a test"))
        .hasValueSatisfying(besu -> assertThat(besu.version()).contains("26.9.0"));
  }

  @ParameterizedTest
  @EnumSource
  void refusesAPathThatClimbsOut(Form form) throws IOException {
    refuses(form, entries -> entries.file("besu/../../escaped", "x"), "would leave");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnAbsolutePath(Form form) throws IOException {
    refuses(form, entries -> entries.file(temporary + "/escaped", "x"), "would leave");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAFolderThatClimbsOut(Form form) throws IOException {
    refuses(form, entries -> entries.folder("../escaped/"), "would leave");
  }

  @ParameterizedTest
  @EnumSource
  void refusesALinkOutAndWhatIsWrittenThroughIt(Form form) throws IOException {
    refuses(
        form,
        entries -> {
          entries.link("besu", temporary.toString());
          entries.file("besu/escaped", "x");
        },
        "neither a file nor a folder");
  }

  @ParameterizedTest
  @EnumSource
  void refusesALinkEvenInside(Form form) throws IOException {
    refuses(form, entries -> entries.link("besu/bin", "lib"), "neither a file nor a folder");
  }

  @ParameterizedTest
  @EnumSource
  void refusesTheSameFileTwice(Form form) throws IOException {
    refuses(
        form,
        entries -> {
          entries.file("besu/bin/besu", "good");
          entries.file("besu/./bin/besu", "evil");
        },
        "is there twice");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAFileInAFile(Form form) throws IOException {
    refuses(
        form,
        entries -> {
          entries.file("besu", "x");
          entries.file("besu/bin", "x");
        },
        "cannot be read");
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_LINK,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_FIFO
      })
  void refusesHardLinksDevicesAndPipes(byte kind) throws IOException {
    Path archive = Archives.tarGzWith(temporary.resolve("a"), kind, "besu/device");
    assertThatThrownBy(() -> Unpacker.unpack(archive, folder))
        .isInstanceOf(BadArchiveException.class)
        .hasMessageContaining("neither a file nor a folder");
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void refusesMoreBytesThanAllowedHoweverWellPacked(Form form) throws IOException {
    Path bomb = archive(form, entries -> entries.file("besu/zeros", 0644, new byte[1 << 20]));
    assertThat(Files.size(bomb)).isLessThan(1 << 14);
    assertThatThrownBy(() -> new Unpacker(folder, (1 << 20) - 1, 10).unpack(bomb))
        .isInstanceOf(BadArchiveException.class)
        .hasMessageContaining("more bytes");

    Path other = Files.createDirectory(temporary.resolve("other"));
    new Unpacker(other, 1 << 20, 10).unpack(bomb);
    assertThat(other.resolve("besu/zeros")).hasSize(1 << 20);
  }

  @ParameterizedTest
  @EnumSource
  void refusesMoreEntriesThanAllowed(Form form) throws IOException {
    Path many =
        archive(
            form,
            entries -> {
              for (int i = 0; i < 4; i++) {
                entries.folder("besu/" + i + "/");
              }
            });
    assertThatThrownBy(() -> new Unpacker(folder, 100, 3).unpack(many))
        .isInstanceOf(BadArchiveException.class)
        .hasMessageContaining("more entries");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnArchiveThatWasCutAnywhere(Form form) throws IOException {
    byte[] whole = Files.readAllBytes(archive(form, Archives::release));
    for (int length = 0; length < whole.length; length += 7) {
      Path cut = temporary.resolve("cut");
      Files.write(cut, java.util.Arrays.copyOf(whole, length));
      Path into = Files.createDirectory(temporary.resolve("cut-" + length));
      assertThatThrownBy(() -> Unpacker.unpack(cut, into))
          .as("cut to %d bytes", length)
          .isInstanceOf(BadArchiveException.class);
    }
  }

  @Test
  void refusesWhatIsNoArchive() throws IOException {
    Path page = temporary.resolve("besu.tar.gz");
    Files.writeString(page, "<html>404</html>", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Unpacker.unpack(page, folder))
        .isInstanceOf(BadArchiveException.class)
        .hasMessageContaining("cannot be read");
  }

  private void refuses(Form form, Content content, String why) throws IOException {
    Path archive = archive(form, content);
    assertThatThrownBy(() -> Unpacker.unpack(archive, folder))
        .isInstanceOf(BadArchiveException.class)
        .hasMessageContaining(why);
    assertThat(temporary.resolve("escaped")).doesNotExist();
  }

  private Path archive(Form form, Content content) throws IOException {
    return form.write(temporary.resolve("archive"), content);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
