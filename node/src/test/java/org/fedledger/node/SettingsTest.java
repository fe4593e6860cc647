package org.fedledger.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.fedledger.node.http.HttpSettings;
import org.fedledger.node.http.HttpSettings.Place;
import org.fedledger.tls.TestCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SettingsTest {

  @TempDir Path folder;

  @Test
  void takesFlagsBeforeEnvironmentBeforeFile() throws IOException {
    Properties file = file("data-dir = from-file\nport = 1\nmax-blob-bytes=7\n");
    Settings settings =
        new Settings(
            Map.of("port", "3"),
            Map.of("FEDLEDGER_NODE_PORT", "2", "FEDLEDGER_NODE_MAX_BLOB_BYTES", "8"),
            file);
    NodeConfig config = settings.node();
    assertThat(config.http().api().port()).isEqualTo(3);
    assertThat(config.http().maxBlobBytes()).isEqualTo(8);
    assertThat(config.dataDir()).isEqualTo(Path.of("from-file"));
    assertThat(config.http().api().host()).isEqualTo("127.0.0.1");
    assertThat(config.http().tls()).isEmpty();
  }

  @Test
  void tellsHealthAtAPlaceOfItsOwnWhichIsThisMachineUnlessAnotherIsGiven() {
    HttpSettings usual = settings(Map.of("data-dir", "d")).node().http();
    assertThat(usual.monitor()).isEqualTo(new Place("127.0.0.1", 0));
    assertThat(usual.proxies()).isEqualTo(NodeConfig.DEFAULT_PROXIES);
    Map<String, String> given =
        Map.of(
            "FEDLEDGER_NODE_MONITOR_HOST", "0.0.0.0",
            "FEDLEDGER_NODE_MONITOR_PORT", "9090",
            "FEDLEDGER_NODE_PROXIES", "10.0.0.7, fd00::7");
    HttpSettings other =
        new Settings(Map.of("data-dir", "d"), given, new Properties()).node().http();
    assertThat(other.monitor()).isEqualTo(new Place("0.0.0.0", 9090));
    assertThat(other.proxies())
        .containsExactlyInAnyOrder(
            InetAddress.ofLiteral("10.0.0.7"), InetAddress.ofLiteral("fd00::7"));
  }

  @Test
  void refusesACertificateThatIsOfNoUse(@TempDir Path folder) throws IOException {
    TestCertificates certificates = new TestCertificates(folder);
    TestCertificates.Pair old = certificates.expired("old");
    TestCertificates.Pair other = certificates.certify("other");
    refusesTls(old.certificate(), old.key(), "the certificate of CN=old expired at");
    refusesTls(other.certificate(), old.key(), "the private key is not that of");
    refusesTls(folder.resolve("none"), old.key(), "there is no such file");
    settings(tls(other.certificate(), other.key())).useTls();
  }

  private static Map<String, String> tls(Path certificate, Path key) {
    return Map.of("tls-certificate", certificate.toString(), "tls-key", key.toString());
  }

  private void refusesTls(Path certificate, Path key, String why) {
    assertThatThrownBy(() -> settings(tls(certificate, key)).useTls())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(why);
  }

  @Test
  void asksForTheAddressOfClientsWhereItListensEverywhere() {
    Map<String, String> everywhere =
        Map.of("data-dir", "d", "host", "0.0.0.0", "tls-certificate", "c", "tls-key", "k");
    assertThatThrownBy(() -> settings(everywhere).node())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("public-url");
    Map<String, String> named =
        Map.of("FEDLEDGER_NODE_PUBLIC_URL", "https://a.example/fed, https://b.example");
    assertThat(new Settings(everywhere, named, new Properties()).node().http().publicUrls())
        .containsExactly(URI.create("https://a.example/fed"), URI.create("https://b.example"));
  }

  @Test
  void saysHowToGiveWhatIsMissing() {
    assertThatThrownBy(() -> settings(Map.of()).node())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--data-dir")
        .hasMessageContaining("FEDLEDGER_NODE_DATA_DIR");
  }

  @Test
  void refusesUnknownKeys() throws IOException {
    Properties file = file("data-dri = x\n");
    assertThatThrownBy(() -> new Settings(Map.of(), Map.of(), file))
        .hasMessageContaining("data-dri")
        .hasMessageContaining("data-dir");
  }

  @Test
  void refusesValuesThatCannotBe() {
    for (Map<String, String> wrong :
        java.util.List.of(
            Map.of("data-dir", "d", "port", "70000"),
            Map.of("data-dir", "d", "port", "many"),
            Map.of("data-dir", "d", "monitor-port", "-1"),
            Map.of("data-dir", "d", "proxies", "proxy.example"),
            Map.of("data-dir", "d", "public-url", "https://node.example/?x=1"),
            Map.of("data-dir", "d", "public-url", "node.example"),
            Map.of("data-dir", "d", "max-blob-bytes", "0"),
            Map.of("data-dir", "d", "host", "0.0.0.0"),
            Map.of("data-dir", "d", "tls-key", "k"))) {
      assertThatThrownBy(() -> settings(wrong).node()).isInstanceOf(UsageException.class);
    }
    assertThatThrownBy(() -> settings(Map.of("contract", "0x12")).contract())
        .isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> settings(Map.of("log-format", "xml")).jsonLogs())
        .hasMessageContaining("text or json");
  }

  @Test
  void readsAChecksummedAddress() {
    assertThat(
            settings(Map.of("contract", "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045")).contract())
        .hasToString("0xd8da6bf26964af9d7eed9e03e53415d37aa96045");
  }

  @Test
  void takesThePasswordFromAFileOrTheEnvironment() throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "secret\nmore\n");
    assertThat(settings(Map.of("password-file", file.toString())).password()).isEqualTo("secret");
    assertThat(
            new Settings(Map.of(), Map.of("FEDLEDGER_PASSWORD", "other"), new Properties())
                .password())
        .isEqualTo("other");
    assertThatThrownBy(() -> settings(Map.of()).password()).hasMessageContaining("--password-file");
  }

  @Test
  void hasAFlagForEveryKey() {
    CommandLine node = NodeMain.commandLine().getSubcommands().get("node");
    assertThat(Settings.KEYS)
        .allSatisfy(key -> assertThat(node.getCommandSpec().findOption("--" + key)).isNotNull());
  }

  @Test
  void exitsAsDocumented() {
    assertThat(run("node", "--help")).isEqualTo(0);
    assertThat(run("node", "--nonsense")).isEqualTo(2);
    assertThat(run("node")).isEqualTo(2);
    assertThat(run("node", "--data-dir", "d", "--host", "0.0.0.0")).isEqualTo(2);
    assertThat(run("node", "--config", folder.resolve("none").toString())).isEqualTo(4);
  }

  private static int run(String... args) {
    return NodeMain.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(new StringWriter()))
        .execute(args);
  }

  private static Settings settings(Map<String, String> flags) {
    return new Settings(flags, Map.of(), new Properties());
  }

  private Properties file(String content) throws IOException {
    return Settings.read(Files.writeString(folder.resolve("node.properties"), content));
  }
}
