package org.fedledger.node.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.fedledger.ledger.LedgerUnreachableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings requests from the event loop to endpoints on other threads, and their answers back.
 *
 * <p>What goes wrong unexpectedly is logged here and answered without details.
 */
final class Dispatcher {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final Vertx vertx;
  private final Executor threads;
  private final RequestIds ids;
  private final Consumer<Access> observer;
  private final long maxDiscarded;
  private final Consumer<Error> onDeath;

  /**
   * @param threads on which endpoints run
   * @param observer told of each request after its answer; must not block
   * @param maxDiscarded bytes of a refused body that are read before the connection is cut
   * @param onDeath told an error after which the process cannot be trusted
   */
  Dispatcher(
      Vertx vertx,
      Executor threads,
      RequestIds ids,
      Consumer<Access> observer,
      long maxDiscarded,
      Consumer<Error> onDeath) {
    this.threads = threads;
    this.vertx = vertx;
    this.ids = ids;
    this.observer = observer;
    this.maxDiscarded = maxDiscarded;
    this.onDeath = onDeath;
  }

  Router router(List<Route> routes) {
    Router router = Router.router(vertx);
    for (Route route : routes) {
      String path = route.path().replaceAll("\\{(\\w+)}", ":$1");
      router
          .route(HttpMethod.valueOf(route.method()), path)
          .handler(context -> dispatch(context, route));
      if (route.method().equals("GET")) {
        router.route(HttpMethod.HEAD, path).handler(context -> dispatch(context, route));
      }
    }
    router.errorHandler(
        404,
        c ->
            fail(
                c,
                Problem.NOT_FOUND.because(
                    "there is no such path; /openapi.json lists all that there are")));
    router.errorHandler(
        405,
        c ->
            fail(
                c,
                Problem.METHOD.because(
                    "%s is not for this path; /openapi.json says what is"
                        .formatted(c.request().method()))));
    router.errorHandler(
        400, c -> fail(c, Problem.MALFORMED.because("the request's path is malformed")));
    router.errorHandler(
        500,
        c -> {
          LOG.error("a request failed", c.failure());
          if (c.failure() instanceof Error e && !(e instanceof StackOverflowError)) {
            onDeath.accept(e);
          }
          fail(c, Problem.INTERNAL.because("the node's log says more"));
        });
    return router;
  }

  private void fail(RoutingContext routing, Answer answer) {
    HttpServerRequest request = routing.request();
    Exchange exchange =
        new Exchange(
            ids.next(),
            Instant.now(),
            System.nanoTime(),
            Access.OTHER,
            Access.OTHER,
            new Body(request, vertx.getOrCreateContext()),
            new AccessSubject());
    send(request, exchange, answer);
  }

  private void dispatch(RoutingContext routing, Route route) {
    HttpServerRequest request = routing.request();
    Context context = vertx.getOrCreateContext();
    String path = request.path();
    Exchange exchange =
        new Exchange(
            ids.next(),
            Instant.now(),
            System.nanoTime(),
            request.method().name(),
            route.path(),
            new Body(request, context),
            new AccessSubject());
    Call call =
        new Call(
            exchange.id(),
            Connections.address(request.connection()),
            request.method().name(),
            path == null ? "/" : path,
            Map.copyOf(routing.pathParams()),
            routing.queryParams(),
            request.headers(),
            exchange.body(),
            exchange.about());
    threads.execute(
        () -> {
          Answer answer = answer(route, call);
          if (!EventLoop.run(context, () -> send(request, exchange, answer))) {
            observer.accept(exchange.ended(answer, 0, false));
          }
        });
  }

  /** A request that is being answered. */
  private record Exchange(
      String id,
      Instant at,
      long began,
      String method,
      String route,
      Body body,
      AccessSubject about) {

    Access ended(Answer answer, long sent, boolean whole) {
      return new Access(
          id,
          at,
          method,
          route,
          answer.status(),
          answer instanceof Answer.Refusal refusal ? Optional.of(refusal.told()) : Optional.empty(),
          about,
          body.received(),
          sent,
          whole,
          Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private Answer answer(Route route, Call call) {
    try {
      return route.endpoint().answer(call);
    } catch (RefusedException e) {
      return e.answer();
    } catch (LedgerUnreachableException e) {
      LOG.warn("the ledger did not answer: {}", e.toString());
      return Problem.LEDGER.because(
          "the ledger could not be asked; try again in a moment", Map.of("Retry-After", "2"));
    } catch (Exception | StackOverflowError e) {
      // A stack that was used up is free again, unlike memory.
      LOG.error("{} {} failed", call.method(), route.path(), e);
      return Problem.INTERNAL.because("the node's log says more");
    } catch (Error e) {
      onDeath.accept(e);
      return Problem.INTERNAL.because("the node cannot go on, and ends");
    }
  }

  private void send(HttpServerRequest request, Exchange exchange, Answer answer) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      observer.accept(exchange.ended(answer, 0, false));
      return;
    }
    response.exceptionHandler(e -> LOG.debug("a client went away: {}", e.toString()));
    response.setStatusCode(answer.status());
    Routes.SAFETY.forEach(response::putHeader);
    response.putHeader("FedLedger-Request", exchange.id());
    if (request.isSSL()) {
      response.putHeader("Strict-Transport-Security", "max-age=31536000");
    }
    answer.headers().forEach(response::putHeader);
    Body body = exchange.body();
    if (body.withheld()) {
      response.putHeader("Connection", "close");
    }
    write(request, response, answer)
        .onFailure(e -> LOG.debug("an answer could not be sent: {}", e.toString()))
        .onComplete(
            end -> {
              observer.accept(exchange.ended(answer, response.bytesWritten(), end.succeeded()));
              body.discard(maxDiscarded);
            });
  }

  private Future<Void> write(
      HttpServerRequest request, HttpServerResponse response, Answer answer) {
    boolean head = request.method() == HttpMethod.HEAD;
    return switch (answer) {
      case Answer.Document(var _, String type, byte[] bytes, var _) ->
          document(response, type, bytes, head);
      case Answer.Refusal(var _, byte[] bytes, var _, var _) ->
          document(response, Problem.TYPE, bytes, head);
      case Answer.BlobPart part -> {
        response.putHeader("Content-Length", Long.toString(part.length()));
        yield head || part.length() == 0
            ? response.end()
            : new BlobSender(vertx.getOrCreateContext(), response, part).send();
      }
      case Answer.Events events -> {
        if (head) {
          yield response.end();
        }
        response.setChunked(true);
        events.open().accept(vertx, response);
        yield Future.succeededFuture();
      }
      case Answer.Empty _ -> response.end();
    };
  }

  private static Future<Void> document(
      HttpServerResponse response, String type, byte[] bytes, boolean head) {
    response.putHeader("Content-Type", type);
    if (!response.headers().contains("Cache-Control")) {
      response.putHeader("Cache-Control", "no-store");
    }
    if (head) {
      response.putHeader("Content-Length", Integer.toString(bytes.length));
      return response.end();
    }
    return response.end(Buffer.buffer(bytes));
  }
}
