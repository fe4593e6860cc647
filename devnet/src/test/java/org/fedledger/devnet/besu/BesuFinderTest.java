package org.fedledger.devnet.besu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a Besu is looked for, and what is said where there is none. */
class BesuFinderTest {

  private static final URI NOWHERE = URI.create("http://127.0.0.1:1/");

  @TempDir private Path temporary;
  private Path cache;
  private Path zip;
  private Path tarGz;
  private BesuRelease release;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> talk = new ArrayList<>();

  @BeforeEach
  void makeArchives() throws IOException {
    zip = Archives.zip(temporary.resolve("besu.zip"), Archives::release);
    tarGz = Archives.tarGz(temporary.resolve("besu.tar.gz"), Archives::release);
    release = Archives.pinned(zip, tarGz);
    cache = temporary.resolve("cache");
    environment.put("XDG_CACHE_HOME", cache.toString());
  }

  @Test
  void saysInOneSentenceWhatToDoWhereThereIsNone() {
    assertThatThrownBy(() -> find(BesuOptions.NONE))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH))
        .hasMessageContainingAll("BESU_HOME", "--besu-archive", "--download-besu", "--docker")
        .message()
        .doesNotContain("\n");
    assertThat(cache).doesNotExist();
    assertThat(talk).isEmpty();
  }

  @Test
  void takesBesuHomeFirst() throws Exception {
    Path home = installed("chosen");
    environment.put("BESU_HOME", home.toString());
    environment.put("PATH", installed("other").resolve("bin").toString());

    BesuInstallation found = find(given(tarGz));

    assertThat(found.home()).isEqualTo(home);
    assertThat(found.executable()).isEqualTo(home.resolve("bin/besu")).isExecutable();
    assertThat(found.version()).contains("26.9.0");
    assertThat(found.javaHome().resolve("bin/java")).isExecutable();
    assertThat(cache).doesNotExist();
  }

  @Test
  void doesNotPassOverAWrongBesuHome() throws IOException {
    environment.put("BESU_HOME", temporary.resolve("typo").toString());
    environment.put("PATH", installed("other").resolve("bin").toString());
    assertThatThrownBy(() -> find(given(tarGz)))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH))
        .hasMessageStartingWith("BESU_HOME is ")
        .hasMessageContainingAll("typo", "bin/besu", "unset it");
  }

  @Test
  void takesABesuHomeForWrongWhoseScriptMayNotBeStarted() throws IOException {
    Path home = installed("chosen");
    assertThat(home.resolve("bin/besu").toFile().setExecutable(false, false)).isTrue();
    environment.put("BESU_HOME", home.toString());
    assertThatThrownBy(() -> find(BesuOptions.NONE)).hasMessageStartingWith("BESU_HOME is ");
  }

  @Test
  void takesAnEmptyBesuHomeForNone() throws Exception {
    environment.put("BESU_HOME", "");
    assertThat(find(given(zip)).home()).startsWith(cache);
  }

  @Test
  void followsALinkOnThePath() throws Exception {
    Path home = installed("package");
    Path bin = Files.createDirectory(temporary.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("besu"), home.resolve("bin/besu"));
    environment.put("PATH", temporary.resolve("none") + File.pathSeparator + bin);

    BesuInstallation found = find(given(tarGz));

    assertThat(found.executable()).isEqualTo(home.resolve("bin/besu").toRealPath());
    assertThat(found.source()).isEqualTo("the PATH");
    assertThat(found.version()).contains("26.9.0");
  }

  @Test
  void unpacksAGivenArchiveOnceAndFindsItAgainWithoutIt() throws Exception {
    for (Path archive : List.of(tarGz, zip)) {
      BesuInstallation found = find(given(archive));
      assertThat(found.home()).isEqualTo(cache.resolve("fedledger/besu-26.9.0"));
      assertThat(found.executable()).isExecutable();
      assertThat(find(BesuOptions.NONE)).isEqualTo(found);
      assertThat(leftInCache()).containsExactly("besu-26.9.0");
    }
  }

  @Test
  void keepsTheCacheInTheHomeFolderUnlessToldOtherwise() throws Exception {
    environment.put("XDG_CACHE_HOME", "relative/is/ignored");
    environment.put("HOME", temporary.resolve("home").toString());
    assertThat(find(given(zip)).home())
        .isEqualTo(temporary.resolve("home/.cache/fedledger/besu-26.9.0"));
  }

  @Test
  void refusesAnotherArchiveThanThePinnedOne() throws IOException {
    Path other = Archives.zip(temporary.resolve("o.zip"), e -> e.file("besu-26.9.0/x", "y"));
    assertThatThrownBy(() -> find(given(other)))
        .isInstanceOfSatisfying(
            CommandException.class,
            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.VERIFICATION_FAILED))
        .hasMessageContainingAll(
            "is not Besu 26.9.0",
            Archives.digest(other).hex(),
            release.zip().hex(),
            release.tarGz().hex(),
            "set BESU_HOME");
    assertThat(cache).doesNotExist();
  }

  @Test
  void leavesNothingBehindOfAPinnedArchiveThatWouldEscape() throws IOException {
    Path evil =
        Archives.tarGz(
            temporary.resolve("evil.tar.gz"),
            entries -> {
              Archives.release(entries);
              entries.file("../../escaped", "x");
            });
    release = Archives.pinned(zip, evil);
    assertThatThrownBy(() -> find(given(evil))).hasMessageContaining("would leave");
    assertThat(leftInCache()).isEmpty();
    assertThat(temporary.resolve("escaped")).doesNotExist();
  }

  @Test
  void refusesAPinnedArchiveWithoutBesu() throws IOException {
    Path empty =
        Archives.zip(temporary.resolve("e.zip"), e -> e.file("besu-26.9.0/bin/besu", "not x"));
    release = Archives.pinned(empty, tarGz);
    assertThatThrownBy(() -> find(given(empty))).hasMessageContaining("bin/besu");
    assertThat(leftInCache()).isEmpty();
  }

  @Test
  void saysWhatLiesInTheWayInTheCache() throws IOException {
    Path broken = Files.createDirectories(cache.resolve("fedledger/besu-26.9.0/bin"));
    assertThatThrownBy(() -> find(given(tarGz)))
        .hasMessage("%s is there and is no Besu; remove it".formatted(broken.getParent()));
    assertThat(leftInCache()).containsExactly("besu-26.9.0");
  }

  @Test
  void saysThatAGivenArchiveIsNotThere() {
    assertThatThrownBy(() -> find(given(temporary.resolve("none.zip"))))
        .hasMessageContaining("none.zip: there is no such archive");
  }

  @Test
  void fetchesTheReleaseOnRequestAndOnlyThen() throws Exception {
    try (Releases server = new Releases("/26.9.0/besu-26.9.0.zip", Files.readAllBytes(zip))) {
      assertThatThrownBy(() -> find(BesuOptions.NONE, server.address()))
          .isInstanceOf(CommandException.class);
      assertThat(server.asked).isEmpty();

      BesuInstallation found = find(downloading(), server.address());

      assertThat(found.home()).isEqualTo(cache.resolve("fedledger/besu-26.9.0"));
      assertThat(found.executable()).isExecutable();
      assertThat(find(downloading(), NOWHERE)).isEqualTo(found);
      assertThat(server.asked).hasSize(1);
      assertThat(talk).first().asString().startsWith("Fetching http://127.0.0.1:");
      assertThat(leftInCache()).containsExactly("besu-26.9.0");
    }
  }

  @Test
  void usesNothingOfADownloadThatIsNotWhatWasPinned() throws Exception {
    try (Releases server = new Releases("/26.9.0/besu-26.9.0.zip", Files.readAllBytes(zip))) {
      release = new BesuRelease("26.9.0", Digest.ofContent(new byte[1]), release.tarGz(), "image");
      assertThatThrownBy(() -> find(downloading(), server.address()))
          .isInstanceOfSatisfying(
              CommandException.class,
              e -> assertThat(e.exitCode()).isEqualTo(ExitCode.VERIFICATION_FAILED));
      assertThat(leftInCache()).isEmpty();
    }
  }

  @Test
  void saysThatTheReleaseCannotBeFetchedAndWhatToDo() {
    assertThatThrownBy(() -> find(downloading(), NOWHERE))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH))
        .hasMessageContainingAll("http://127.0.0.1:1/26.9.0/besu-26.9.0.zip", "--besu-archive");
  }

  private BesuInstallation find(BesuOptions options) throws Exception {
    return find(options, NOWHERE);
  }

  private BesuInstallation find(BesuOptions options, URI releases) throws Exception {
    return new BesuFinder(release, releases, environment, talk::add).find(options);
  }

  private static BesuOptions given(Path archive) {
    return new BesuOptions(Optional.of(archive), false, false);
  }

  private static BesuOptions downloading() {
    return new BesuOptions(Optional.empty(), true, false);
  }

  private Path installed(String name) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(name));
    Unpacker.unpack(tarGz, folder);
    return folder.resolve("besu-26.9.0");
  }

  private List<String> leftInCache() throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("fedledger"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Serves one file over HTTP, behind a redirection as the real place does. */
  private static final class Releases implements AutoCloseable {

    private final HttpServer server;
    final List<String> asked = new ArrayList<>();

    Releases(String path, byte[] content) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          path,
          exchange -> {
            asked.add(exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().add("Location", address().resolve("/moved").toString());
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
          });
      server.createContext(
          "/moved",
          exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            try (OutputStream out = exchange.getResponseBody()) {
              out.write(content);
            }
          });
      server.start();
    }

    URI address() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
