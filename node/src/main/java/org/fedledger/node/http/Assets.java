package org.fedledger.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fedledger.types.Digest;

/** The dashboard's files: a fixed list, held in memory. */
final class Assets {

  /** The page may load its own files and read this node; nothing else, from nowhere else. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String PAGE = "index.html";
  private static final List<String> FILES =
      List.of(
          PAGE,
          "dashboard.css",
          "dashboard.js",
          "charts.js",
          "dom.js",
          "governance.js",
          "icon.svg",
          "lineage.js",
          "node.js",
          "verify.js",
          "views.js");

  private record Asset(Answer.Document answer, String tag) {}

  private final Map<String, Asset> assets = new HashMap<>();

  Assets() {
    FILES.forEach(name -> assets.put(name, read(name)));
  }

  /** The page itself. */
  Answer page(Call call) {
    return answer(call, assets.get(PAGE));
  }

  /** What the page loads. */
  Answer file(Call call) {
    Asset asset = assets.get(call.parameters().get("file"));
    return asset == null
        ? Problem.NOT_FOUND.because("the dashboard has no such file")
        : answer(call, asset);
  }

  private static Answer answer(Call call, Asset asset) {
    boolean known = call.header("If-None-Match").filter(asset.tag()::equals).isPresent();
    return known ? new Answer.Empty(304, asset.answer().headers()) : asset.answer();
  }

  private static Asset read(String name) {
    byte[] body = resource(name);
    String tag = "\"" + Digest.ofContent(body).toString().substring(2, 34) + "\"";
    Map<String, String> headers =
        Map.of("Content-Security-Policy", POLICY, "Cache-Control", "no-cache", "ETag", tag);
    return new Asset(new Answer.Document(200, type(name), body, headers), tag);
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.'))) {
      case ".html" -> "text/html; charset=utf-8";
      case ".css" -> "text/css; charset=utf-8";
      case ".js" -> "text/javascript; charset=utf-8";
      case ".svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException("no media type is known for " + name);
    };
  }

  private static byte[] resource(String name) {
    try (InputStream in = Assets.class.getResourceAsStream("dashboard/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its resource dashboard/" + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
