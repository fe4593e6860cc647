package org.fedledger.devnet.story;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine's Chromium, without a window. Notes what a page complains of and whom it asks. */
final class Browser implements AutoCloseable {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser browser;
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final List<String> hosts = Collections.synchronizedList(new ArrayList<>());

  private Browser(Path executable) {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(executable)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
  }

  /** Where it is on the PATH, if it is there. */
  static Optional<Path> find() {
    return NAMES.stream()
        .flatMap(
            name ->
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Browser start(Path executable) {
    return new Browser(executable);
  }

  /** A page as a person with these preferences has it. */
  Page open(URI url, com.microsoft.playwright.Browser.NewContextOptions preferences) {
    BrowserContext context = browser.newContext(preferences);
    Page page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
    page.onRequest(request -> hosts.add(URI.create(request.url()).getAuthority()));
    page.navigate(url.toString());
    return page;
  }

  /** What pages wrote to the console, and errors of their scripts. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** All that were asked for something. */
  List<String> hosts() {
    return hosts.stream().distinct().toList();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
