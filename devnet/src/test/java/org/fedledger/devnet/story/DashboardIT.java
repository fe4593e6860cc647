package org.fedledger.devnet.story;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fedledger.client.ClientMain;
import org.fedledger.contracts.KeyFile;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A person watches a federation in a real browser while it trains, and looks into all of it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DashboardIT {

  private static final int ROUNDS = 4;
  private static final double LONG_MILLIS = 90_000;
  private static final Path PICTURES =
      Path.of(System.getProperty("fedledger.home"), "devnet", "target", "screenshots");

  @TempDir Path folder;

  @Test
  void showsAFederationLiveAndLetsAnybodyLookIntoIt() throws Exception {
    Optional<Path> chromium = Browser.find();
    assumeTrue(chromium.isPresent(), "skipped: no chromium is on the PATH of this machine");
    Path kept = folder.resolve("demo");
    List<String> arguments =
        List.of("demo", "--rounds", "" + ROUNDS, "--keep-running", "--dir", kept.toString());
    try (Browser browser = Browser.start(chromium.get());
        Program demo = Program.start("demo", folder, DevnetMain.class, arguments)) {
      URI node = awaitNode(kept, demo);
      Page page = browser.open(node, desktop(ColorScheme.LIGHT));
      theVersionRisesWithoutAReload(page);
      demo.awaitSaying("Chain and node go on running");
      JsonNode report = new ObjectMapper().readTree(kept.resolve("report.json").toFile());
      everyRoundLeadsToItsRecords(page, report);
      everyUpdateOfThePresentRoundLeadsToItsTransaction(page);
      everyVersionLeadsToItsUpdates(page);
      aVersionIsVerifiedInTheBrowser(page, report);
      aFileIsFoundOnTheLedgerOrNot(page, kept, report);
      theCourseIsDrawn(page);
      nothingWaitsAndEveryAttemptIsCounted(page);
      whatChangedIsListed(page);
      whatWaitsForAVetoIsShownWithWhoMayEndIt(page, kept, report);
      aFileThatTheNodeLostIsNamedWithTheWayToMakeItAgain(page, kept, report);
      everythingIsReachedByKeyboard(page);
      everyControlHasAName(page);
      picture(page, "dashboard-light.png");
      picture(browser.open(node, desktop(ColorScheme.DARK)), "dashboard-dark.png");
      Page phone = browser.open(node, phone());
      picture(phone, "dashboard-phone.png");
      nothingIsWiderThanTheScreen(phone);
      assertThat(browser.complaints())
          .as("but of a node that is still starting, and of a digest that it does not know")
          .allMatch(complaint -> complaint.matches(".*status of (503|404) .*"));
      assertThat(browser.hosts()).containsExactly(node.getAuthority());
      demo.interrupt();
      assertThat(page.locator("#live"))
          .containsText("does not answer", new ContainsTextOptions().setTimeout(LONG_MILLIS));
    }
  }

  private static NewContextOptions desktop(ColorScheme colours) {
    return new NewContextOptions().setViewportSize(1280, 900).setColorScheme(colours);
  }

  private static NewContextOptions phone() {
    return new NewContextOptions()
        .setViewportSize(360, 740)
        .setDeviceScaleFactor(2)
        .setIsMobile(true);
  }

  /** Where it listens stands in its folder; no event tells of it. */
  private static URI awaitNode(Path kept, Program demo) throws IOException {
    Path file = kept.resolve("node").resolve("node.json");
    while (!Files.exists(file)) {
      assertThat(demo.isAlive()).as(demo.talk()).isTrue();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return URI.create(new ObjectMapper().readTree(file.toFile()).get("url").textValue());
  }

  private static void theVersionRisesWithoutAReload(Page page) {
    assertThat(page.locator("#live")).hasText("Live");
    for (int version = 1; version <= ROUNDS; version++) {
      // A quick round may be over before it was looked at; a later version shows as well.
      String seen = "^Model version([%d-9])".formatted(version);
      assertThat(page.locator("#facts div").first())
          .containsText(Pattern.compile(seen), new ContainsTextOptions().setTimeout(LONG_MILLIS));
    }
  }

  private static void everyRoundLeadsToItsRecords(Page page, JsonNode report) {
    Locator rows = page.locator("#round-list tbody tr");
    assertThat(rows).hasCount(ROUNDS);
    assertThat(rows.first()).containsText("final");
    rows.first().getByRole(AriaRole.LINK).first().click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("Round " + ROUNDS);
    JsonNode round = report.get("rounds").get(ROUNDS - 1);
    assertThat(dialog.getByText("accepted")).hasCount(round.get("accepted").size());
    Locator transaction = dialog.locator("a[href^='#tx=']").first();
    String hash = transaction.getAttribute("href").substring("#tx=".length());
    transaction.click();
    assertThat(dialog).containsText(hash);
    assertThat(dialog).containsText("eth_getTransactionReceipt");
    assertThat(dialog.locator("li").first()).containsText("committed");
    page.keyboard().press("Escape");
    assertThat(dialog).isHidden();
  }

  private static void everyUpdateOfThePresentRoundLeadsToItsTransaction(Page page) {
    Locator updates = page.locator("#round table").first().locator("tbody tr");
    assertThat(updates).hasCount(3);
    assertThat(updates.locator("a[href^='#tx=']")).hasCount(3);
    assertThat(page.locator("#participant-list a[href^='#tx=']")).hasCount(3);
    assertThat(page.locator("#round table").last().locator("a[href^='#tx=']")).hasCount(1);
  }

  private static void everyVersionLeadsToItsUpdates(Page page) {
    Locator version = page.locator("#lineage [data-key='version-" + ROUNDS + "']");
    assertThat(page.locator("#lineage .version")).hasCount(ROUNDS + 1);
    version.focus();
    page.keyboard().press("Enter");
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("Version " + ROUNDS);
    assertThat(dialog.getByText("accepted")).hasCount(3);
    dialog.getByRole(AriaRole.BUTTON).click();
    assertThat(dialog).isHidden();
  }

  private static void aVersionIsVerifiedInTheBrowser(Page page, JsonNode report) {
    String digest = report.at("/final/digest").textValue();
    page.locator("#verify-version").selectOption(digest);
    page.locator("#verify-button").click();
    assertThat(page.locator("#verify-result"))
        .containsText("This file is version %d as the ledger records it".formatted(ROUNDS));
    assertThat(page.locator("#computed")).hasText(digest);
  }

  private static void aFileIsFoundOnTheLedgerOrNot(Page page, Path kept, JsonNode report)
      throws IOException {
    Path stored = stored(kept, Digest.of(report.at("/rounds/1/digest").textValue()));
    page.locator("#verify-file").setInputFiles(stored);
    assertThat(page.locator("#verify-result")).containsText("is version 2");
    byte[] bytes = Files.readAllBytes(stored);
    bytes[bytes.length - 1] ^= 1;
    Path damaged = Files.write(kept.resolve("damaged.safetensors"), bytes);
    page.locator("#verify-file").setInputFiles(damaged);
    assertThat(page.locator("#verify-result")).containsText("is no version that this page lists");
  }

  private static void theCourseIsDrawn(Page page) {
    Locator charts = page.locator("#charts svg[role=img]");
    assertThat(charts).hasCount(2);
    assertThat(charts.first().locator(".point")).hasCount(ROUNDS + 1);
    page.locator("#charts summary").first().click();
    assertThat(page.locator("#charts tbody").first().locator("tr")).hasCount(ROUNDS + 1);
    page.locator("#charts summary").first().click();
  }

  private static void nothingWaitsAndEveryAttemptIsCounted(Page page) {
    assertThat(page.locator("#waiting")).hasText("Nothing waits.");
    assertThat(page.locator("#notes")).isEmpty();
    assertThat(page.locator("#round")).containsText(Pattern.compile("1 of [0-9]+ attempts"));
  }

  private static void whatChangedIsListed(Page page) {
    Locator changes = page.locator("#change-list tbody tr");
    assertThat(changes).hasCount(6);
    assertThat(changes.first()).containsText("admitted");
    assertThat(changes.last()).containsText("coordinator changed");
    assertThat(page.locator("#change-list a[href^='#tx=']")).hasCount(6);
    assertThat(page.locator("#office-list tbody tr")).hasCount(3);
    assertThat(page.locator("#office-list")).containsText("coordinator");
  }

  /** The coordinator asks for a key in place of a participant's, which the participant may veto. */
  private static void whatWaitsForAVetoIsShownWithWhoMayEndIt(Page page, Path kept, JsonNode report)
      throws IOException {
    Path keys = kept.resolve("keys");
    String participant = report.at("/federation/participants/0/address").textValue();
    String auditor = KeyFile.address(keys.resolve("auditor.key")).toString();
    StringWriter err = new StringWriter();
    int exitCode =
        ClientMain.commandLine()
            .setErr(new PrintWriter(err))
            .execute(
                ("federation recover-key request %s %s --rpc %s --contract %s --keystore %s"
                        + " --password-file %s")
                    .formatted(
                        participant,
                        auditor,
                        report.at("/chain/rpc").textValue(),
                        report.get("contract").textValue(),
                        keys.resolve("coordinator.key"),
                        keys.resolve("password"))
                    .split(" "));
    assertThat(exitCode).as(err.toString()).isZero();
    Locator waiting = page.locator("#waiting tbody tr");
    assertThat(waiting).hasCount(1, new HasCountOptions().setTimeout(LONG_MILLIS));
    assertThat(waiting).containsText("by a veto");
    assertThat(waiting).containsText("fedledger federation recover-key veto");
    assertThat(waiting.locator("code[title='%s']".formatted(participant))).hasCount(1);
    assertThat(page.locator("#change-list tbody tr").first()).containsText("recovery requested");
  }

  /** Neither can be made anew by the node itself, as its last version can. */
  private static void aFileThatTheNodeLostIsNamedWithTheWayToMakeItAgain(
      Page page, Path kept, JsonNode report) throws IOException {
    Path spec = stored(kept, Digest.ofContent(Files.readAllBytes(kept.resolve("spec.json"))));
    Path version = stored(kept, Digest.of(report.at("/rounds/0/digest").textValue()));
    Files.move(spec, kept.resolve("lost-spec"));
    Files.move(version, kept.resolve("lost-version"));
    page.reload();
    assertThat(page.locator("#waiting"))
        .containsText("The federation’s spec is not in this node’s");
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    openVersion(page, 1);
    assertThat(dialog).containsText("fedledger model rebuild --version 1");
    assertThat(dialog.locator("a[download]")).hasCount(0);
    page.keyboard().press("Escape");
    Files.move(kept.resolve("lost-spec"), spec);
    Files.move(kept.resolve("lost-version"), version);
    page.reload();
    assertThat(page.locator("#waiting tbody tr")).hasCount(1);
    openVersion(page, 1);
    assertThat(dialog.locator("a[download]")).hasCount(1);
    page.keyboard().press("Escape");
    assertThat(dialog).isHidden();
  }

  private static void openVersion(Page page, int version) {
    page.locator("#lineage [data-key='version-" + version + "']").click();
  }

  private static Path stored(Path kept, Digest digest) {
    return kept.resolve("node/blobs").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }

  private static void everythingIsReachedByKeyboard(Page page) {
    page.reload();
    assertThat(page.locator("#lineage .version")).hasCount(ROUNDS + 1);
    page.keyboard().press("Tab");
    assertThat(page.locator(".skip")).isFocused();
    String reached = "";
    for (int i = 0; i < 120 && !reached.contains("verify-file"); i++) {
      page.keyboard().press("Tab");
      reached +=
          page.evaluate(
              "() => ` ${document.activeElement.id || document.activeElement.dataset.key || ''}`");
    }
    assertThat(reached)
        .contains("round-" + ROUNDS, "version-0", "verify-version", "verify-button", "verify-file");
  }

  private static void everyControlHasAName(Page page) {
    Object nameless =
        page.evaluate(
            """
            () => [...document.querySelectorAll('a, button, select, input, svg[role], [role=region]')]
              .filter((e) => !(e.textContent.trim() || e.getAttribute('aria-label')
                || (e.labels && e.labels.length > 0)))
              .map((e) => e.outerHTML)
            """);
    assertThat((List<?>) nameless).isEmpty();
    assertThat(page.locator("main, header, footer, nav[aria-label]")).hasCount(4);
    assertThat(page.locator("h1")).hasCount(1);
    assertThat(page.locator("table caption")).hasCount(page.locator("table").count());
  }

  private static void nothingIsWiderThanTheScreen(Page phone) {
    assertThat(phone.evaluate("() => document.documentElement.scrollWidth - window.innerWidth"))
        .isEqualTo(0);
  }

  /** Kept with what the build made, for people to look at. */
  private static void picture(Page page, String name) throws IOException {
    assertThat(page.locator("#lineage .version")).hasCount(ROUNDS + 1);
    assertThat(page.locator("#round-list tbody tr")).hasCount(ROUNDS);
    Files.createDirectories(PICTURES);
    Path file = PICTURES.resolve(name);
    page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(file));
    try (Stream<Path> made = Files.list(PICTURES)) {
      assertThat(made).contains(file);
    }
  }
}
