package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.fedledger.index.Question;

/** The API, line by line. {@code openapi.json} describes each of them. */
final class Routes {

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private Routes() {}

  /**
   * @param url where the API listens, once it does
   */
  static List<Route> of(HttpSettings settings, HttpServices s, Changes changes, Supplier<URI> url) {
    byte[] openapi = resource("openapi.json");
    Assets assets = new Assets();
    SignedRequests signed =
        new SignedRequests(s.federation().domain(), s.key().address(), s.clock());
    ReadAccess access = new ReadAccess(signed);
    return List.of(
        new Route("GET", "/", assets::page),
        new Route("GET", "/dashboard/{file}", assets::file),
        new Route("GET", "/openapi.json", _ -> Answer.json(200, openapi)),
        new Route(
            "GET",
            "/v1/node",
            new NodeReads(s.federation().domain(), s.key(), settings.publicUrls(), url, s.clock())),
        new Route("GET", "/v1/federation", new FederationReads(s.federation(), s.store())),
        new Route("GET", "/v1/changes", changes),
        new Route(
            "GET",
            "/v1/blobs/{digest}",
            new BlobReads(s.store(), s.federation(), access, s.trail(), s.clock())),
        new Route("PUT", "/v1/blobs/{digest}", roomFirst(s, uploads(settings, s, signed, changes))),
        new Route("GET", "/v1/receipts/{roundId}/{author}", new ReceiptReads(s.receipts())),
        new Route(
            "GET",
            "/v1/evaluations",
            new EvaluationSummaries(s.store(), s.federation(), s.evaluations())),
        new Route(
            "GET", "/v1/evaluations/{version}", new EvaluationReads(s.store(), s.evaluations())),
        new Route(
            "PUT",
            "/v1/evaluations/{version}/{participant}",
            roomFirst(
                s,
                new EvaluationWrites(s.store(), s.federation(), s.evaluations(), changes::stored))),
        audit(s, "", Question.FEDERATION),
        audit(s, "/rounds", Question.ROUNDS),
        audit(s, "/rounds/{round}", Question.ROUND),
        audit(s, "/versions", Question.VERSIONS),
        audit(s, "/versions/{version}", Question.VERSION),
        audit(s, "/versions/{version}/lineage", Question.LINEAGE),
        audit(s, "/participants", Question.PARTICIPANTS),
        audit(s, "/participants/{participant}", Question.PARTICIPANT),
        audit(s, "/participants/{participant}/lineage", Question.PARTICIPANT_LINEAGE),
        audit(s, "/updates/{digest}/lineage", Question.UPDATE_LINEAGE),
        audit(s, "/changes", Question.CHANGES),
        audit(s, "/rejections", Question.REJECTIONS),
        audit(s, "/attestations", Question.ATTESTATIONS),
        audit(s, "/gas", Question.GAS),
        audit(s, "/privacy", Question.PRIVACY));
  }

  /** What is told whatever goes on at the API. */
  static List<Route> ofMonitor(HttpServices s) {
    Readiness readiness = new Readiness(s.federation(), s.loops(), s.disk(), s.maxStandstill());
    return List.of(
        new Route(
            "GET",
            "/health",
            new HealthReads(readiness, s.federation(), s.loops(), s.key().address(), s.clock())),
        new Route("GET", "/live", _ -> live(readiness)),
        new Route("GET", "/ready", new ReadyReads(readiness)),
        new Route("GET", "/metrics", _ -> Answer.text(PROMETHEUS, s.observer().scrape())));
  }

  private static Answer live(Readiness readiness) {
    boolean live = readiness.isLive();
    return Answer.json(live ? 200 : 503, JsonNodeFactory.instance.objectNode().put("live", live));
  }

  private static Route audit(HttpServices s, String path, Question question) {
    return new Route("GET", "/v1/audit" + path, new AuditReads(s.index(), question));
  }

  private static Endpoint roomFirst(HttpServices s, Endpoint endpoint) {
    return new RoomFirst(endpoint, s.disk(), s.uploadsUnderWay());
  }

  private static Uploads uploads(
      HttpSettings settings, HttpServices s, SignedRequests signed, Changes changes) {
    return new Uploads(
        s.store(),
        s.federation(),
        signed,
        s.receipts(),
        s.index(),
        new UploadPlaces(settings.proxies()),
        settings.maxBlobBytes(),
        bytes -> {
          s.observer().stored(bytes);
          s.onStored().run();
          changes.stored();
        },
        s.clock());
  }

  private static byte[] resource(String name) {
    try (InputStream in = Routes.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On every answer: nothing here is to be guessed at, framed or run. */
  static final Map<String, String> SAFETY =
      Map.of(
          "X-Content-Type-Options",
          "nosniff",
          "Content-Security-Policy",
          "default-src 'none'; frame-ancestors 'none'",
          "Referrer-Policy",
          "no-referrer");
}
