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

  /** Questions to the index, and summaries, that are answered at a time. */
  private static final int ASKING = 4;

  /** Those that wait for it: with ten milliseconds for each, none waits for long. */
  private static final int WAITING = 124;

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
    Turns turns = new Turns(ASKING, WAITING);
    UploadedUpdates uploaded = new UploadedUpdates(s.store());
    return List.of(
        new Route("GET", "/", assets::page),
        new Route("GET", "/dashboard/{file}", assets::file),
        new Route("GET", "/openapi.json", _ -> Answer.json(200, openapi)),
        new Route(
            "GET",
            "/v1/node",
            new NodeReads(s.federation().domain(), s.key(), settings.publicUrls(), url, s.clock())),
        new Route(
            "GET", "/v1/federation", new FederationReads(s.federation(), s.store(), uploaded)),
        new Route(
            "GET", "/v1/federation/participants", new ParticipantReads(s.federation(), uploaded)),
        new Route("GET", "/v1/changes", changes),
        new Route(
            "GET",
            "/v1/blobs/{digest}",
            new BlobReads(s.store(), s.federation(), access, s.trail(), s.clock())),
        new Route(
            "PUT",
            "/v1/blobs/{digest}",
            incoming(s, uploads(settings, s, signed, changes, uploaded))),
        new Route("GET", "/v1/receipts/{roundId}/{author}", new ReceiptReads(s.receipts())),
        new Route(
            "GET",
            "/v1/evaluations",
            new EvaluationSummaries(s.store(), s.federation(), s.evaluations(), turns)),
        new Route(
            "GET",
            "/v1/evaluations/{version}",
            new EvaluationReads(s.store(), s.evaluations(), turns)),
        new Route(
            "PUT",
            "/v1/evaluations/{version}/{participant}",
            incoming(
                s,
                new EvaluationWrites(
                    s.store(), s.federation(), s.evaluations(), s.disk(), changes::stored))),
        audit(s, turns, "", Question.FEDERATION),
        audit(s, turns, "/rounds", Question.ROUNDS),
        audit(s, turns, "/rounds/{round}", Question.ROUND),
        audit(s, turns, "/versions", Question.VERSIONS),
        audit(s, turns, "/versions/{version}", Question.VERSION),
        audit(s, turns, "/versions/{version}/lineage", Question.LINEAGE),
        audit(s, turns, "/participants", Question.PARTICIPANTS),
        audit(s, turns, "/participants/{participant}", Question.PARTICIPANT),
        audit(s, turns, "/participants/{participant}/lineage", Question.PARTICIPANT_LINEAGE),
        audit(s, turns, "/updates/{digest}/lineage", Question.UPDATE_LINEAGE),
        audit(s, turns, "/changes", Question.CHANGES),
        audit(s, turns, "/rejections", Question.REJECTIONS),
        audit(s, turns, "/attestations", Question.ATTESTATIONS),
        audit(s, turns, "/gas", Question.GAS),
        audit(s, turns, "/privacy", Question.PRIVACY));
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

  private static Route audit(HttpServices s, Turns turns, String path, Question question) {
    return new Route("GET", "/v1/audit" + path, new AuditReads(s.index(), question, turns));
  }

  private static Endpoint incoming(HttpServices s, Endpoint endpoint) {
    return new Incoming(endpoint, s.disk(), s.uploadsUnderWay());
  }

  private static Uploads uploads(
      HttpSettings settings,
      HttpServices s,
      SignedRequests signed,
      Changes changes,
      UploadedUpdates uploaded) {
    return new Uploads(
        s.store(),
        s.federation(),
        signed,
        s.receipts(),
        s.index(),
        new UploadPlaces(settings.proxies()),
        s.disk(),
        settings.maxBlobBytes(),
        (digest, bytes) -> {
          uploaded.came(digest);
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
